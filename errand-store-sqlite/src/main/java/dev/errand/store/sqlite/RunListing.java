package dev.errand.store.sqlite;

import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Lists runs, newest first, without ever sorting or counting more than a page needs. The filter that narrows most drives: each of
 * its values is one walk down an index by run number, the other filters are checked on the way. Walks go step by step over
 * windows of the index, and what they find is merged.
 *
 * <p>Where next to nothing matches, a walk could go on over millions of rows. After a time the page is returned as it is, be it
 * short or empty, with a cursor to go on from.
 */
final class RunListing {
    private static final int WIDEST = 10_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Clock clock;

    RunListing(Clock clock) {
        this.clock = clock;
    }

    Page<RunInfo> list(Database database, RunQuery query) throws SQLException {
        long now = Times.micros(clock.instant());
        ListFilter filter = new ListFilter(query, now);
        if (filter.isImpossible()) {
            return new Page<>(List.of(), null);
        }
        List<Walk> walks = Walk.of(database, query, now);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long floor = floor(database, query);
        long top = top(database, query);
        List<Found> found = new ArrayList<>();
        // Where all match, one look is enough; where few do, the windows widen.
        int rows = 2 * query.limit();
        while (found.size() <= query.limit() && top > floor && System.nanoTime() < deadline) {
            long bottom = Math.max(bottom(database, walks, top, rows), floor);
            found.addAll(window(database, walks, filter, bottom, top, query.limit() + 1 - found.size()));
            top = bottom;
            rows = Math.min(4 * rows, WIDEST);
        }
        return page(found, query.limit(), top > floor ? top : 0);
    }

    /** Runs with smaller numbers were triggered too early. */
    private static long floor(Database database, RunQuery query) throws SQLException {
        Instant from = query.createdFrom();
        return from == null
                ? 0
                : Arrivals.firstSince(database, Times.micros(from)).orElse(Long.MAX_VALUE);
    }

    /** Runs from this number on were listed before, or triggered too late. */
    private static long top(Database database, RunQuery query) throws SQLException {
        Instant until = query.createdUntil();
        long cursor = cursor(query);
        return until == null
                ? cursor
                : Math.min(
                        cursor,
                        Arrivals.lastUntil(database, Times.micros(until)).orElse(-1L) + 1);
    }

    /** The runs below this number are still to be listed. */
    private static long cursor(RunQuery query) {
        if (query.cursor() == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(query.cursor(), Character.MAX_RADIX);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + query.cursor() + "' is no cursor of a page of runs", e);
        }
    }

    private static Page<RunInfo> page(List<Found> found, int limit, long top) {
        List<RunInfo> items = found.stream().limit(limit).map(Found::run).toList();
        if (found.size() > limit) {
            return new Page<>(items, Long.toString(found.get(limit - 1).number(), Character.MAX_RADIX));
        }
        return new Page<>(items, top > 0 ? Long.toString(top, Character.MAX_RADIX) : null);
    }

    /** How far down all walks can look within one window: the highest of their bottoms. 0 if all reach the end. */
    private static long bottom(Database database, List<Walk> walks, long top, int rows) throws SQLException {
        long bottom = 0;
        for (Walk walk : walks) {
            bottom = Math.max(bottom, walk.bottom(database, top, rows));
        }
        return bottom;
    }

    private static List<Found> window(
            Database database, List<Walk> walks, ListFilter filter, long bottom, long top, int limit)
            throws SQLException {
        TreeSet<Found> found =
                new TreeSet<>(Comparator.comparingLong(Found::number).reversed());
        for (Walk walk : walks) {
            found.addAll(walk.between(database, filter, bottom, top, limit));
        }
        return found.stream().limit(limit).toList();
    }

    /** A run with its number, by which pages are ordered. */
    record Found(long number, RunInfo run) {}
}
