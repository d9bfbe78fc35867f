package dev.errand.store.postgres;

import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where runs wait, among the places and lines that have their turns. */
final class WaitingLines {
    /** Of quick runs, so many of a key together. */
    static final int MOST_OF_KEY = 16;
    /** So many places are asked about first, and then each time so many times as many. */
    private static final int FIRST_PLACES = 128;

    private static final int GROWTH = 8;

    /**
     * Of places in turn, those where something waits; and whether that is so in the line without a key. Of the others, only the index of
     * those that are due is asked, which names lines in a way of its own.
     */
    private static final String PLACES = """
            select p.place, p.plain
              from (select u.place, u.keyed, (select true
                                                from errand.chunk
                                               where line = u.place and position < 9223372036854775807 and claim = 0
                                               limit 1) is not null as plain
                      from unnest(?::int[], ?::boolean[]) u(place, keyed)
                    offset 0) p
             where p.plain
                or p.keyed and (select true
                                  from errand.chunk
                                 where line + 0 > p.place::bigint << 40 and line + 0 <= (p.place::bigint << 40) + 1099511627775
                                   and line + 0 >= 1099511627776 and position < 9223372036854775807 and claim = 0
                                 limit 1)
             limit ?
            """;

    /** Skips from key to key, over those that are due or execute. */
    private static final String KEYS = """
            with recursive keys(line) as (
                (select line + 0
                   from errand.chunk
                  where line + 0 > ? and line + 0 <= ? and line + 0 >= 1099511627776 and position < 9223372036854775807
                  order by line + 0
                  limit 1)
                union all
                select (select line + 0
                          from errand.chunk
                         where line + 0 > keys.line and line + 0 <= ? and line + 0 >= 1099511627776 and position < 9223372036854775807
                         order by line + 0
                         limit 1)
                  from keys
                 where keys.line is not null)
            select line
              from (select line from keys where line is not null limit ?) k
            """;

    /** How many runs wait in the first chunks of each line, at most. */
    private static final String HEADS = """
            select u.line, sum(k.runs)
              from unnest(?::bigint[]) u(line)
             cross join lateral (
                 select runs
                   from errand.chunk
                  where line = u.line and position < 9223372036854775807 and claim = 0
                  order by line, position
                  limit ?) k
             group by u.line
            """;

    private WaitingLines() {}

    /** The first so many of these places where something waits, in their order; and whether something does without a key. */
    static Map<Place, Boolean> places(Tx tx, Rules rules, List<Place> inTurn, int most) throws SQLException {
        Map<Place, Boolean> waiting = new LinkedHashMap<>();
        int size = FIRST_PLACES;
        for (int from = 0; from < inTurn.size() && waiting.size() < most; from += size / GROWTH) {
            List<Place> some = inTurn.subList(from, Math.min(from + size, inTurn.size()));
            tx.sql(PLACES)
                    .setObject(tx.array("int4", Columns.ints(some, Place::number)))
                    .setObject(tx.array("bool", Columns.flags(some, Place::keyed)))
                    .set((long) most - waiting.size())
                    .each(row -> waiting.put(rules.place(row.getInt(1)), row.getBoolean(2)));
            size *= GROWTH;
        }
        return waiting;
    }

    /**
     * Those of a place where runs may wait, the one without a key among those with keys.
     *
     * @param plain whether something waits without a key
     * @param last the line whose turn it was last
     */
    static List<Long> lines(Tx tx, Place place, boolean plain, long last, int wanted) throws SQLException {
        long number = place.number();
        List<Long> lines = new ArrayList<>();
        if (plain && last < number) {
            lines.add(number);
        }
        if (place.keyed()) {
            addKeys(tx, Math.max(Lines.firstKey(place.number()), last), Lines.lastKey(place.number()), wanted, lines);
        }
        if (plain && last >= number && lines.size() < wanted) {
            lines.add(number);
        }
        if (place.keyed() && last > Lines.firstKey(place.number()) && lines.size() < wanted) {
            addKeys(tx, Lines.firstKey(place.number()), last, wanted, lines);
        }
        return lines;
    }

    private static void addKeys(Tx tx, long after, long last, int wanted, List<Long> lines) throws SQLException {
        if (lines.size() < wanted) {
            tx.sql(KEYS)
                    .set(after)
                    .set(last)
                    .set(last)
                    .set((long) wanted - lines.size())
                    .each(row -> lines.add(row.getLong(1)));
        }
    }

    /** How many runs wait in each line; of each no more than are worth knowing. */
    static Map<Long, Integer> heads(Tx tx, List<Long> lines, int most) throws SQLException {
        Map<Long, Integer> heads = new HashMap<>();
        if (!lines.isEmpty()) {
            long chunks = Math.max(MOST_OF_KEY, most / lines.size());
            tx.sql(HEADS)
                    .setObject(tx.array("int8", Columns.longs(lines, line -> line)))
                    .set(chunks)
                    .each(row -> heads.put(row.getLong(1), row.getInt(2)));
        }
        return heads;
    }
}
