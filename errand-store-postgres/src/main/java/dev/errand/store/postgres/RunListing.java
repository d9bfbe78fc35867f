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
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lists runs, the newest first or back to newer ones, without ever sorting or counting more than a page needs. The filter that
 * narrows most drives: each of its values is one walk along the ids, and what the walks meet is read and checked against the other
 * filters, step by step.
 *
 * <p>Where next to nothing matches, a walk could go on over millions of rows. After a time the page is returned as it is, be it
 * short or empty, with a cursor to go on from.
 */
final class RunListing {
    private static final int WIDEST = 10_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final RunId LOWEST = new RunId(0, 0);

    private final RunQuery query;
    private final long now;
    private final Way way;
    private final @Nullable RunId cursor;

    private RunListing(RunQuery query, long now) {
        this.query = query;
        this.now = now;
        this.way = query.before() == null ? Way.DOWN : Way.UP;
        this.cursor = cursor(query.before() == null ? query.cursor() : query.before());
    }

    /**
     * A page of runs.
     *
     * @param now in microseconds, by the store's clock
     */
    static Page<RunInfo> list(Database database, RunQuery query, long now) throws SQLException {
        return new RunListing(query, now).list(database);
    }

    private Page<RunInfo> list(Database database) throws SQLException {
        RunId reached = way == Way.DOWN ? least(beginning(), latest()) : greatest(beginning(), earliest());
        RunId last = way == Way.DOWN ? earliest() : latest();
        ListFilter filter = new ListFilter(query, now);
        String text = way.said(RunRows.SELECT + filter.text() + " order by run.id <sorted> limit ?");
        List<Walk> walks = Walks.of(database, query, now);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        List<RunInfo> found = new ArrayList<>();
        // Where all match, one step is enough; where few do, the steps widen.
        int rows = 2 * query.limit();
        boolean end = walks.isEmpty() || isImpossible();
        while (!end && found.size() <= query.limit() && System.nanoTime() < deadline) {
            Walk.Step step = step(database, walks, reached, rows);
            Sql sql = RunRows.ask(database, text, step.ids());
            filter.fill(database, sql);
            found.addAll(sql.set(query.limit() + 1L - found.size()).list(RunRows::read));
            RunId stop = step.end();
            end = stop == null || way.order().compare(stop, last) >= 0;
            reached = stop == null ? last : stop;
            rows = Math.min(4 * rows, WIDEST);
        }
        return page(found, end ? null : reached);
    }

    private boolean isImpossible() {
        return query.createdFrom() != null
                && query.createdUntil() != null
                && !query.createdFrom().isBefore(query.createdUntil());
    }

    private RunId beginning() {
        return cursor != null ? cursor : Walk.TOP;
    }

    /** Runs from this id on were triggered too late. */
    private RunId latest() {
        Instant until = query.createdUntil();
        return until == null || !IdTime.agrees(now) ? Walk.TOP : IdTime.id(Times.micros(until) + IdTime.WRONG);
    }

    /** Runs with smaller ids were triggered too early. */
    private RunId earliest() {
        Instant from = query.createdFrom();
        return from == null || !IdTime.agrees(now) ? LOWEST : IdTime.id(Times.micros(from) - IdTime.WRONG);
    }

    private static RunId least(RunId one, RunId other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static RunId greatest(RunId one, RunId other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** The runs beyond this id are still to be listed. */
    private static @Nullable RunId cursor(@Nullable String text) {
        try {
            return text == null ? null : RunId.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no cursor of a page of runs", e);
        }
    }

    /** One step of all walks, as far as all of them got. */
    private Walk.Step step(Database database, List<Walk> walks, RunId from, int rows) throws SQLException {
        TreeSet<RunId> ids = new TreeSet<>(way.order());
        @Nullable RunId end = null;
        for (Walk walk : walks) {
            Walk.Step step = walk.next(database, way, from, rows);
            ids.addAll(step.ids());
            RunId own = step.end();
            if (own != null && (end == null || way.order().compare(own, end) < 0)) {
                end = own;
            }
        }
        return new Walk.Step(List.copyOf(end == null ? ids : ids.headSet(end, true)), end);
    }

    /** @param reached null if nothing is left beyond */
    private Page<RunInfo> page(List<RunInfo> found, @Nullable RunId reached) {
        boolean more = found.size() > query.limit();
        List<RunInfo> runs = more ? found.subList(0, query.limit()) : found;
        String onward = text(more ? runs.getLast().id() : reached);
        String back = cursor == null
                ? null
                : text(runs.isEmpty() ? way.after(cursor) : runs.getFirst().id());
        return way == Way.DOWN ? new Page<>(runs, onward, back) : new Page<>(runs.reversed(), back, onward);
    }

    private static @Nullable String text(@Nullable RunId id) {
        return id == null ? null : id.toString();
    }
}
