package dev.errand.store.sqlite;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/** The heads of several lines that are one order, since they are of one queue: who is before whom, and how many of each line are among the first. */
final class Merged {
    /** Found by the index of what is claimable; of the rows only the time is read at which they expire. */
    private static final String HEADS = """
            select position, number
              from live
             where line = ? and state = 1 and claim is null and (expires is null or expires > ?)
             order by position, number
             limit ?
            """;

    /** A run in its line. */
    record Head(long line, long position, long number) {
        static final Comparator<Head> IN_ORDER =
                Comparator.comparingLong(Head::position).thenComparingLong(Head::number);
    }

    private Merged() {}

    /** The first of a line. */
    static List<Head> of(Tx tx, long line, int most) throws SQLException {
        return tx.sql(HEADS)
                .set(line)
                .set(tx.now())
                .set((long) most)
                .list(row -> new Head(line, row.getLong(1), row.getLong(2)));
    }

    /**
     * Of each line how many are among the first so many of all; none of those that are not let through, which keep nobody waiting.
     *
     * @param heads of each line as many of its first, or all
     * @param letThrough asked once for each, in their order, whether one more of its line is
     */
    static Map<Long, Integer> first(List<Head> heads, int most, LongPredicate letThrough) {
        Map<Long, Integer> counts = new HashMap<>();
        int left = most;
        for (Head head : heads.stream().sorted(Head.IN_ORDER).toList()) {
            if (left > 0 && letThrough.test(head.line())) {
                counts.merge(head.line(), 1, Integer::sum);
                left--;
            }
        }
        return counts;
    }
}
