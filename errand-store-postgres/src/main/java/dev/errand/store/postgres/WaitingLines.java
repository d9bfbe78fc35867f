package dev.errand.store.postgres;

import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where runs wait, among the places and lines that have their turns. */
final class WaitingLines {
    /** Of quick runs, so many of a key together. */
    static final int MOST_OF_KEY = 16;
    /** So many places are asked about first, and then each time so many times as many. */
    private static final int FIRST_PLACES = 16;

    private static final int GROWTH = 8;

    /** So many chunks are read to find a key, at first; and where keys have more than those, each is searched for. */
    private static final int CHUNKS_OF_KEY = 4;

    private static final int MOST_CHUNKS_OF_KEY = 32;
    private static final int FEWEST_CHUNKS = 64;

    /** Lines in turn. */
    static final class Found {
        final List<Long> lines = new ArrayList<>();
        /** How many runs wait, of some of them; perhaps more than could be claimed. */
        final Map<Long, Integer> heads = new HashMap<>();
        /** How many chunks keys had lately; to be told at the next look. */
        int ofKey;

        Found(int ofKey) {
            this.ofKey = ofKey;
        }
    }

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

    /**
     * All that is due or executes from there on, in lines with keys, and how many runs wait in each. Where most keys have little, this meets
     * each of them with less work than a search for it takes: that reads all of a page of the index that might belong to it.
     */
    private static final String CHUNKS = """
            select line, sum(case when claim = 0 then runs else 0 end), count(*)
              from (select line + 0 as line, claim, runs
                      from errand.chunk
                     where line + 0 > ? and line + 0 <= ? and line + 0 >= 1099511627776 and position < 9223372036854775807
                     order by line + 0
                     limit ?) k
             group by line
             order by line
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

    /** The first chunks of each line that may be claimed, by themselves: for lines that are one order. */
    private static final String FIRST = """
            select u.line, k.position, k.first, k.runs
              from unnest(?::bigint[]) u(line)
             cross join lateral (
                 select position, first, runs
                   from errand.chunk
                  where line = u.line and position < 9223372036854775807 and claim = 0 and (expires is null or expires > ?)
                  order by line, position, first, single
                  limit ?) k
             order by k.position, k.first
            """;

    /**
     * A chunk that waits in its line.
     *
     * @param isLastSeen whether there may be more of the line after it
     */
    record Head(long line, int runs, boolean isLastSeen) {}

    private WaitingLines() {}

    /**
     * The first so many of these places where something waits, in their order; and whether something does without a key. If the last of them is
     * in a queue, all others of that as well, so that each queue is there as a whole.
     *
     * @param inTurn those of one queue one after the other
     */
    static Map<Place, Boolean> places(Tx tx, Rules rules, Iterator<Place> inTurn, int most) throws SQLException {
        return places(tx, rules, inTurn, most, Math.max(FIRST_PLACES, 2 * most));
    }

    /** @param first how many are asked about first */
    static Map<Place, Boolean> places(Tx tx, Rules rules, Iterator<Place> inTurn, int most, int first)
            throws SQLException {
        Map<Place, Boolean> waiting = new LinkedHashMap<>();
        int size = first;
        List<Place> some = List.of();
        while (inTurn.hasNext() && waiting.size() < most) {
            some = new ArrayList<>();
            while (inTurn.hasNext() && some.size() < size) {
                some.add(inTurn.next());
            }
            ask(tx, rules, some, most - waiting.size(), waiting);
            size *= GROWTH;
        }
        if (waiting.size() == most) {
            Place last = List.copyOf(waiting.keySet()).getLast();
            List<Place> others = othersOf(last, some, inTurn);
            if (!others.isEmpty()) {
                ask(tx, rules, others, others.size(), waiting);
            }
        }
        return waiting;
    }

    private static void ask(Tx tx, Rules rules, List<Place> some, int most, Map<Place, Boolean> waiting)
            throws SQLException {
        tx.sql(PLACES)
                .setObject(tx.array("int4", Columns.ints(some, Place::number)))
                .setObject(tx.array("bool", Columns.flags(some, Place::keyed)))
                .set((long) most)
                .each(row -> waiting.put(rules.place(row.getInt(1)), row.getBoolean(2)));
    }

    /** Those of its queue that come after it, among what was asked for last and what is left. */
    private static List<Place> othersOf(Place last, List<Place> some, Iterator<Place> rest) {
        List<Place> others = new ArrayList<>();
        if (last.queue() != null) {
            List<Place> after = some.subList(some.indexOf(last) + 1, some.size());
            after.stream().filter(place -> place.turn() == last.turn()).forEach(others::add);
            boolean same = others.size() == after.size();
            while (same && rest.hasNext()) {
                Place next = rest.next();
                same = next.turn() == last.turn();
                if (same) {
                    others.add(next);
                }
            }
        }
        return others;
    }

    /**
     * Those of a place where runs may wait, the one without a key among those with keys; and of some how many, as far as that was seen
     * by the way.
     *
     * @param plain whether something waits without a key
     * @param last the line whose turn it was last
     * @param ofKey as the last look found it; 0 for the first
     */
    static Found lines(Tx tx, Place place, boolean plain, long last, int wanted, int ofKey) throws SQLException {
        long number = place.number();
        Found found = new Found(ofKey == 0 ? CHUNKS_OF_KEY : ofKey);
        if (plain && last < number) {
            found.lines.add(number);
        }
        if (place.keyed()) {
            addKeys(tx, Math.max(Lines.firstKey(place.number()), last), Lines.lastKey(place.number()), wanted, found);
        }
        if (plain && last >= number && found.lines.size() < wanted) {
            found.lines.add(number);
        }
        if (place.keyed() && last > Lines.firstKey(place.number())) {
            addKeys(tx, Lines.firstKey(place.number()), last, wanted, found);
        }
        return found;
    }

    /** Chunk by chunk, for as long as these are of many keys; from key to key where one has many. */
    private static void addKeys(Tx tx, long after, long last, int wanted, Found found) throws SQLException {
        long from = after;
        while (found.lines.size() < wanted) {
            if (found.ofKey > MOST_CHUNKS_OF_KEY) {
                found.ofKey -= found.ofKey / MOST_CHUNKS_OF_KEY; // it may have changed: look again after some
                skip(tx, from, last, wanted, found);
                return;
            }
            int left = wanted - found.lines.size();
            int most = Math.max(FEWEST_CHUNKS, found.ofKey * left);
            int[] seen = {0, 0};
            long[] cut = {from};
            tx.sql(CHUNKS).set(from).set(last).set((long) most).each(row -> {
                seen[0] += row.getInt(3);
                if (seen[1]++ < left) {
                    cut[0] = row.getLong(1);
                    found.lines.add(cut[0]);
                    found.heads.put(cut[0], row.getInt(2));
                }
            });
            if (seen[0] < most) {
                return;
            }
            found.heads.remove(cut[0]); // there may be more
            found.ofKey = seen[0] / seen[1] + 1;
            from = cut[0];
        }
    }

    private static void skip(Tx tx, long after, long last, int wanted, Found found) throws SQLException {
        tx.sql(KEYS)
                .set(after)
                .set(last)
                .set(last)
                .set((long) wanted - found.lines.size())
                .each(row -> found.lines.add(row.getLong(1)));
    }

    /** What waits in these lines at first, in the order of the positions over all of them. */
    static List<Head> first(Tx tx, List<Long> lines, int most) throws SQLException {
        if (lines.isEmpty()) {
            return List.of();
        }
        int chunks = Math.max(MOST_OF_KEY, most / lines.size());
        Map<Long, Integer> seen = new HashMap<>();
        return tx.sql(FIRST)
                .setObject(tx.array("int8", Columns.longs(lines, line -> line)))
                .set(tx.now())
                .set((long) chunks)
                .list(row ->
                        new Head(row.getLong(1), row.getInt(4), seen.merge(row.getLong(1), 1, Integer::sum) == chunks));
    }

    /** Adds how many runs wait in each line of which that is not known; of each no more than are worth knowing. */
    static void addHeads(Tx tx, List<Long> lines, int most, Map<Long, Integer> heads) throws SQLException {
        List<Long> unknown =
                lines.stream().filter(line -> !heads.containsKey(line)).toList();
        if (!unknown.isEmpty()) {
            long chunks = Math.max(MOST_OF_KEY, most / lines.size());
            tx.sql(HEADS)
                    .setObject(tx.array("int8", Columns.longs(unknown, line -> line)))
                    .set(chunks)
                    .each(row -> heads.put(row.getLong(1), row.getInt(2)));
        }
    }
}
