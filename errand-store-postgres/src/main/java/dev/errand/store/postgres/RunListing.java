package dev.errand.store.postgres;

import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lists runs, the newest first, without ever sorting or counting more than a page needs. The filter that narrows most drives: each of
 * its values is one walk down the ids, and what the walks meet is read and checked against the other filters, step by step.
 *
 * <p>Where next to nothing matches, a walk could go on over millions of rows. After a time the page is returned as it is, be it
 * short or empty, with a cursor to go on from.
 */
final class RunListing {
    private static final int WIDEST = 10_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final RunId LOWEST = new RunId(0, 0);

    private RunListing() {}

    /**
     * A page of runs.
     *
     * @param now in microseconds, by the store's clock
     */
    static Page<RunInfo> list(Database database, RunQuery query, long now) throws SQLException {
        RunId top = top(query, now);
        RunId floor = floor(query, now);
        ListFilter filter = new ListFilter(query, now);
        String text = RunRows.SELECT + filter.text() + " order by run.id desc limit ?";
        List<Walk> walks = Walks.of(database, query, now);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        List<RunInfo> found = new ArrayList<>();
        // Where all match, one step is enough; where few do, the steps widen.
        int rows = 2 * query.limit();
        boolean end = walks.isEmpty() || isImpossible(query);
        while (!end && found.size() <= query.limit() && System.nanoTime() < deadline) {
            Walk.Step step = step(database, walks, top, rows);
            Sql sql = RunRows.ask(database, text, step.ids());
            filter.fill(database, sql);
            found.addAll(sql.set(query.limit() + 1L - found.size()).list(RunRows::read));
            RunId bottom = step.bottom();
            end = bottom == null || bottom.compareTo(floor) <= 0;
            top = bottom == null ? LOWEST : bottom;
            rows = Math.min(4 * rows, WIDEST);
        }
        return page(found, query.limit(), end ? null : top);
    }

    private static boolean isImpossible(RunQuery query) {
        return query.createdFrom() != null
                && query.createdUntil() != null
                && !query.createdFrom().isBefore(query.createdUntil());
    }

    /** Runs from this id on were listed before, or triggered too late. */
    private static RunId top(RunQuery query, long now) {
        RunId cursor = cursor(query);
        Instant until = query.createdUntil();
        if (until == null || !IdTime.agrees(now)) {
            return cursor;
        }
        RunId latest = IdTime.id(Times.micros(until) + IdTime.WRONG);
        return latest.compareTo(cursor) < 0 ? latest : cursor;
    }

    /** Runs with smaller ids were triggered too early. */
    private static RunId floor(RunQuery query, long now) {
        Instant from = query.createdFrom();
        return from == null || !IdTime.agrees(now) ? LOWEST : IdTime.id(Times.micros(from) - IdTime.WRONG);
    }

    /** The runs below this id are still to be listed. */
    private static RunId cursor(RunQuery query) {
        if (query.cursor() == null) {
            return Walk.TOP;
        }
        try {
            return RunId.of(query.cursor());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + query.cursor() + "' is no cursor of a page of runs", e);
        }
    }

    /** One step of all walks, as far down as all of them got. */
    private static Walk.Step step(Database database, List<Walk> walks, RunId top, int rows) throws SQLException {
        TreeSet<RunId> ids = new TreeSet<>(Comparator.reverseOrder());
        @Nullable RunId bottom = null;
        for (Walk walk : walks) {
            Walk.Step step = walk.below(database, top, rows);
            ids.addAll(step.ids());
            RunId own = step.bottom();
            if (own != null && (bottom == null || own.compareTo(bottom) > 0)) {
                bottom = own;
            }
        }
        return new Walk.Step(List.copyOf(bottom == null ? ids : ids.headSet(bottom, true)), bottom);
    }

    private static Page<RunInfo> page(List<RunInfo> found, int limit, @Nullable RunId top) {
        if (found.size() > limit) {
            return new Page<>(found.subList(0, limit), found.get(limit - 1).id().toString());
        }
        return new Page<>(found, top == null ? null : top.toString());
    }
}
