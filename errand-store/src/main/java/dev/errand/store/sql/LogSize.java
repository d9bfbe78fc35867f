package dev.errand.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many events the log holds from which position on, so that it can be bounded by a number of events. The log is read as a whole once;
 * after that only what is new is counted, by slices of positions. What commits much later than the positions after it is not counted. One
 * thread at a time.
 */
public final class LogSize {
    /** Positions of one slice; also stands in the statements that count. */
    public static final int SLICE = 1_024;

    /** The newest slices are counted anew: commits may have been under way there. */
    private static final int UNSETTLED = 4;

    /** Reads the log. */
    public interface Log {
        /** {@link Part}s: how many events there are in each slice from a position on. */
        List<Part> slices(long from) throws SQLException;

        /** {@link Part}s: the rows of events from one position to another, both included, the newest first. */
        List<Part> rows(long from, long upTo) throws SQLException;
    }

    /**
     * So many events.
     *
     * @param place the number of a slice, or the position of a row
     */
    public record Part(long place, long events) {
        public static Part read(ResultSet row) throws SQLException {
            return new Part(row.getLong(1), row.getLong(2));
        }
    }

    private final TreeMap<Long, Long> slices = new TreeMap<>();

    /** Up to there events may be left that are too many; they are not counted any more. */
    private long left;

    /**
     * The newest position with which there are more events than these, to be deleted with all before it; 0 if there are not so many. What was
     * answered before is answered again until it is {@link #deleted}.
     */
    public long tooMany(long most, Log log) throws SQLException {
        left = Math.max(left, found(most, log));
        return left;
    }

    /** None are there any more up to this position, which {@link #tooMany} has answered. */
    public void deleted(long upTo) {
        if (upTo >= left) {
            left = 0;
        }
    }

    private long found(long most, Log log) throws SQLException {
        count(log);
        long events = 0;
        for (Map.Entry<Long, Long> slice : slices.descendingMap().entrySet()) {
            if (events + slice.getValue() > most) {
                long from = slice.getKey() * SLICE;
                slices.headMap(slice.getKey()).clear();
                return tooMany(most - events, log.rows(from, from + SLICE - 1));
            }
            events += slice.getValue();
        }
        return 0;
    }

    private static long tooMany(long most, List<Part> rows) {
        long events = 0;
        for (Part row : rows) {
            events += row.events();
            if (events > most) {
                return row.place();
            }
        }
        return 0;
    }

    private void count(Log log) throws SQLException {
        List<Long> settled = new ArrayList<>(slices.keySet());
        long from = settled.size() <= UNSETTLED ? 0 : settled.get(settled.size() - UNSETTLED);
        slices.tailMap(from).clear();
        for (Part slice : log.slices(from * SLICE)) {
            slices.put(slice.place(), slice.events());
        }
    }
}
