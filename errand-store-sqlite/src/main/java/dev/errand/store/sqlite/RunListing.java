package dev.errand.store.sqlite;

import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lists runs, newest first or back to newer ones, without ever sorting or counting more than a page needs. The filter that narrows
 * most drives: each of its values is one walk along an index by run number, the other filters are checked on the way. Walks go step
 * by step over windows of the index, and what they find is merged.
 *
 * <p>Where next to nothing matches, a walk could go on over millions of rows. After a time the page is returned as it is, be it
 * short or empty, with a cursor to go on from.
 */
final class RunListing {
    private static final int WIDEST = 10_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Database database;
    private final RunQuery query;
    private final long now;
    private final boolean up;
    private final @Nullable Long cursor;

    private RunListing(Database database, RunQuery query, long now) {
        this.database = database;
        this.query = query;
        this.now = now;
        this.up = query.before() != null;
        this.cursor = cursor(up ? query.before() : query.cursor());
    }

    /** @param now in microseconds, by the store's clock */
    static Page<RunInfo> list(Database database, RunQuery query, long now) throws SQLException {
        return new RunListing(database, query, now).list();
    }

    private Page<RunInfo> list() throws SQLException {
        ListFilter filter = new ListFilter(query, now);
        if (filter.isImpossible()) {
            return page(List.of(), null);
        }
        List<Walk> walks = Walk.of(database, query, now);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long bottom = bottom();
        long top = top();
        List<Found> found = new ArrayList<>();
        // Where all match, one look is enough; where few do, the windows widen.
        int rows = 2 * query.limit();
        while (found.size() <= query.limit() && top > bottom && System.nanoTime() < deadline) {
            int room = query.limit() + 1 - found.size();
            if (up) {
                long edge = Math.min(above(walks, bottom, rows), top);
                found.addAll(window(walks, filter, bottom, edge, room));
                bottom = edge;
            } else {
                long edge = Math.max(below(walks, top, rows), bottom);
                found.addAll(window(walks, filter, edge, top, room));
                top = edge;
            }
            rows = Math.min(4 * rows, WIDEST);
        }
        return page(found, top <= bottom ? null : (Long) (up ? bottom - 1 : top));
    }

    /** Runs with smaller numbers were triggered too early, or are beyond where one goes back from. */
    private long bottom() throws SQLException {
        Instant from = query.createdFrom();
        long earliest = from == null
                ? 0
                : Arrivals.firstSince(database, Times.micros(from)).orElse(Long.MAX_VALUE);
        return up && cursor != null ? Math.max(earliest, cursor + 1) : earliest;
    }

    /** Runs from this number on were listed before, or triggered too late. */
    private long top() throws SQLException {
        Instant until = query.createdUntil();
        long latest = until == null
                ? Long.MAX_VALUE
                : Arrivals.lastUntil(database, Times.micros(until)).orElse(-1L) + 1;
        return up || cursor == null ? latest : Math.min(latest, cursor);
    }

    /** The runs beyond this number are still to be listed. */
    private static @Nullable Long cursor(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Math.clamp(Long.parseLong(text, Character.MAX_RADIX), 0, Long.MAX_VALUE - 1);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no cursor of a page of runs", e);
        }
    }

    /**
     * A page of what was found.
     *
     * @param reached the cursor to go on from in the same direction; null if nothing is left there
     */
    private Page<RunInfo> page(List<Found> found, @Nullable Long reached) {
        boolean more = found.size() > query.limit();
        List<Found> runs = more ? found.subList(0, query.limit()) : found;
        List<RunInfo> items = runs.stream().map(Found::run).toList();
        String onward = text(more ? (Long) runs.getLast().number() : reached);
        String back = cursor == null
                ? null
                : text(runs.isEmpty() ? justBefore(cursor) : runs.getFirst().number());
        return up ? new Page<>(items.reversed(), back, onward) : new Page<>(items, onward, back);
    }

    /** Who turns at the cursor meets the run with its number first. */
    private long justBefore(long cursor) {
        return up ? cursor + 1 : cursor - 1;
    }

    private static @Nullable String text(@Nullable Long cursor) {
        return cursor == null ? null : Long.toString(cursor, Character.MAX_RADIX);
    }

    /** How far down all walks can look within one window: the highest of their bottoms. 0 if all reach the end. */
    private long below(List<Walk> walks, long top, int rows) throws SQLException {
        long bottom = 0;
        for (Walk walk : walks) {
            bottom = Math.max(bottom, walk.down(database, top, rows));
        }
        return bottom;
    }

    /** Likewise up: the lowest of their tops. */
    private long above(List<Walk> walks, long bottom, int rows) throws SQLException {
        long top = Long.MAX_VALUE;
        for (Walk walk : walks) {
            top = Math.min(top, walk.up(database, bottom, rows));
        }
        return top;
    }

    private List<Found> window(List<Walk> walks, ListFilter filter, long bottom, long top, int limit)
            throws SQLException {
        Comparator<Found> order = Comparator.comparingLong(Found::number);
        TreeSet<Found> found = new TreeSet<>(up ? order : order.reversed());
        for (Walk walk : walks) {
            found.addAll(walk.between(database, filter, bottom, top, up ? "asc" : "desc", limit));
        }
        return found.stream().limit(limit).toList();
    }

    /** A run with its number, by which pages are ordered. */
    record Found(long number, RunInfo run) {}
}
