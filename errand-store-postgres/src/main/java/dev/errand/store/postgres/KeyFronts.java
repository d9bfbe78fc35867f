package dev.errand.store.postgres;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far claims that are marked {@link Marking#BY_LINE by their line} have come in each line. They are moved on in the transaction of the
 * claim, under the lock of the limit; so whoever has that lock finds all such claims before them.
 */
final class KeyFronts {
    private static final String MOVE = """
            insert into errand.key_front (line, position)
            select * from unnest(?::bigint[], ?::bigint[])
                on conflict (line) do update set position = excluded.position where key_front.position < excluded.position
            """;

    /** What is claimed before a front {@code f} and says so in no other way; together it counts no more permits than the one share has. */
    static final String BEFORE = """
            select permits, runs
              from errand.chunk
             where line = f.line and position <= f.position and claim <> 0 and share is null
            offset 0
            """;

    /** What claims count in these lines. */
    static final String USED = """
            select f.line, least(max(k.permits), sum(k.runs))
              from unnest(?::bigint[]) u(line)
             cross join lateral (select line, position from errand.key_front where line = u.line limit 1) f
             cross join lateral (<before>) k
             group by f.line
            """.replace("<before>", BEFORE);

    private static final String LOCK = """
            select line
              from errand.key_front
             where line > ?
             order by line
             limit ?
               for update skip locked
            """;

    /** Looked at once they are locked: a claim that moves one on afterwards waits, and finds it gone. */
    private static final String DELETE = """
            delete from errand.key_front f
             where line = any(?::bigint[])
               and (select true
                      from errand.chunk
                     where line = f.line and position <= f.position and claim <> 0
                     limit 1) is null
            """;

    private KeyFronts() {}

    /** No claim of such a line lies beyond this position. */
    static void move(Tx tx, Map<Long, Long> positions) throws SQLException {
        if (!positions.isEmpty()) {
            Map<Long, Long> inOrder = new TreeMap<>(positions);
            tx.sql(MOVE)
                    .setObject(tx.array(
                            "int8",
                            inOrder.keySet().stream().mapToLong(line -> line).toArray()))
                    .setObject(tx.array(
                            "int8",
                            inOrder.values().stream()
                                    .mapToLong(position -> position)
                                    .toArray()))
                    .update();
        }
    }

    /**
     * Forgets those behind which nothing is claimed any more, of the next lines at most so many.
     *
     * @return the last line that was looked at; the least number if there were no more
     */
    static long prune(Tx tx, long after, int most) throws SQLException {
        List<Long> lines = tx.sql(LOCK).set(after).set((long) most).list(row -> row.getLong(1));
        if (lines.isEmpty()) {
            return Long.MIN_VALUE;
        }
        long[] all = Columns.longs(lines, line -> line);
        tx.sql(DELETE).setObject(tx.array("int8", all)).update();
        return lines.size() < most ? Long.MIN_VALUE : Arrays.stream(all).max().orElseThrow();
    }
}
