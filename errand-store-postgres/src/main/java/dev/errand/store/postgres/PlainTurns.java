package dev.errand.store.postgres;

import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Turns;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose turn it is among several lines where no limit is to be kept: a look takes from each of those served longest ago its share of what is
 * wanted, so that a line that has a million runs keeps none waiting. Chunks are taken whole, as long as anything is wanted; a line of which that
 * was more than its share comes after the others at the next look. In each line, the order is that of the positions.
 *
 * <p>Lines where the last look met something are looked at alone until it is said that there may be more elsewhere, they give less than is
 * wanted, or a second has passed: so one with a backlog costs the same among thousands of lines as by itself.
 */
final class PlainTurns {
    /** So many lines share a look at most, so that it takes no longer where there are thousands. */
    private static final int MOST_LINES = 16;

    private static final int FEWEST_CHUNKS_OF_LINE = 2;
    /** Of thousands of lines, so many are asked about with the first question, and all others with the next. */
    private static final int FIRST_ASKED = 1_024;

    private static final long FIRST_LOOK = Long.MIN_VALUE + 1;
    private static final long LAST_LOOK = Long.MIN_VALUE / 2;
    private static final long[] NONE = {};

    /**
     * As {@link Taking} does it; of each line first as much as its share, then of each once more. Tells in bits which of the lines have
     * something.
     */
    private static final String CLAIM = """
            with c as materialized (
                select k.*, own.turn
                  from unnest(?::bigint[], ?::bigint[]) with ordinality own(line, start, turn)
                 cross join lateral (
                     select ctid as place, line, position, first, single, runs
                       from errand.chunk
                      where line = own.line and position >= own.start and position < 9223372036854775807
                        and claim = 0 and (expires is null or expires > ?)
                      order by line, position, first, single
                      limit ?
                        for update skip locked) k),
            l as materialized (
                select place, turn, runs,
                       (sum(runs) over (partition by line order by position, first, single rows unbounded preceding) - runs)::bigint as ahead
                  from c),
            w as materialized (
                select place, sum(runs) over (order by ahead / ?, turn, ahead rows unbounded preceding) - runs as before
                  from l
                 order by ahead / ?, turn, ahead
                 limit ?),
            wanted as materialized (
                select ?::bigint as claims, array_agg(place order by place) as places
                  from w
                 where before < ? and exists (select 1 from errand.node, errand.rules where number = ? and gone is null and version = ?))
            update errand.chunk k
               set claim = (select claims from wanted) + width_bucket(ctid, (select places from wanted)), disturbed = false
             where ctid = any((select places from wanted)::tid[])
            returning k.line, k.position, k.first, k.single, k.last, k.dirty, k.attempt, k.redeliveries, k.suspect, k.batch, k.runs,
                      k.claim, k.due, k.expires, k.resumed, (select bit_or(1 << (turn::int - 1)) from c)
            """;

    /** A chunk in the order in which the statement takes them. */
    private record Ranked(long round, int turn, long ahead, TakenChunk chunk) {
        static final Comparator<Ranked> IN_TURN = Comparator.comparingLong(Ranked::round)
                .thenComparingInt(Ranked::turn)
                .thenComparingLong(Ranked::ahead);
    }

    private final Held held;
    private final Turns turns = new Turns();
    private int known;
    private long look = FIRST_LOOK;
    /** Of each line, before which position nothing is claimable. */
    private final Map<Long, Long> starts = new HashMap<>();

    private Rules rules = Rules.NONE;
    /** Those of this look, in turn. */
    private long[] lines = NONE;
    /** The only lines of all that had something when all were looked at, in turn; empty if that is not known. */
    private long[] ready = NONE;
    /** Whether this look is for lines among all, and not only for those. */
    private boolean amongAll;
    /** Whether no other lines had something when those of this look were chosen. */
    private boolean complete;
    /** Whether the last claim left nothing. */
    private boolean isShort;

    PlainTurns(Held held) {
        this.held = held;
    }

    /** These are all. */
    void know(long[] all) {
        known = all.length;
        turns.clear();
        starts.clear();
        ready = NONE;
        Arrays.stream(all).forEach(line -> turns.add((int) line));
    }

    /**
     * Begins a look; how many lines share it.
     *
     * @param from what {@link #lookedUpTo} said of the look before; anything else if that was rolled back, or all lines are to be looked at from
     *     their starts
     * @param news whether something may have become claimable since the look before, in any line
     */
    int begin(Tx tx, Rules by, long from, boolean news) throws SQLException {
        rules = by;
        if (from != look) {
            starts.clear();
        }
        if (from != look || news) {
            ready = NONE;
        }
        look = look < LAST_LOOK ? look + 1 : FIRST_LOOK;
        choose(tx);
        return lines.length;
    }

    /** Stands for the places up to which this look came: a number below all positions, and no start. */
    long lookedUpTo() {
        return look;
    }

    private void choose(Tx tx) throws SQLException {
        amongAll = ready.length == 0;
        complete = true;
        if (!amongAll) {
            lines = ready;
        } else if (known <= MOST_LINES) {
            lines = turns.inTurn().mapToLong(line -> line).toArray();
        } else {
            search(tx);
        }
    }

    /** What has nothing had its turn, so that the next look need not ask there again before it comes to those that have something. */
    private void search(Tx tx) throws SQLException {
        List<Integer> asked = new ArrayList<>();
        Iterator<Place> inTurn =
                turns.inTurn().peek(asked::add).map(rules::place).iterator();
        Set<Place> found =
                WaitingLines.places(tx, rules, inTurn, MOST_LINES, FIRST_ASKED).keySet();
        lines = found.stream().mapToLong(Place::number).toArray();
        complete = lines.length < MOST_LINES;
        if (!complete) {
            int last = (int) lines[lines.length - 1];
            asked.subList(0, asked.indexOf(last)).stream()
                    .filter(line -> !found.contains(rules.place(line)))
                    .forEach(turns::served);
        }
    }

    /** Those of this look have nothing more; whether it is the turn of others. */
    boolean next(Tx tx) throws SQLException {
        for (long line : lines) {
            turns.served((int) line); // what is expired or locked there keeps nobody waiting
        }
        if (amongAll && complete) {
            return false;
        }
        ready = NONE;
        choose(tx);
        return lines.length > 0;
    }

    /** Whether the last claim left nothing that it could have claimed. */
    boolean isShort() {
        return isShort;
    }

    /** Claims chunks, about so many, until they hold enough; in the order of their positions, with what is wanted of each. */
    List<TakenChunk> claim(Tx tx, int about, int wanted) throws SQLException {
        if (lines.length == 1) {
            List<TakenChunk> chunks = Taking.claim(tx, held, rules, lines[0], start(lines[0]), about, wanted);
            isShort = chunks.size() < about && promised(chunks) < wanted;
            remember(tx, chunks, chunks.isEmpty() ? 0 : 1);
            return chunks;
        }
        int share = Math.max(wanted / lines.length, 1);
        int ofLine = Math.clamp(Math.ceilDiv(2L * about, lines.length), FEWEST_CHUNKS_OF_LINE, about);
        int most = Math.max(about, Math.min(wanted, ofLine * lines.length)); // so that each has its share
        int[] found = {0};
        List<TakenChunk> chunks = tx.sql(CLAIM)
                .setObject(tx.array("int8", lines))
                .setObject(
                        tx.array("int8", Arrays.stream(lines).map(this::start).toArray()))
                .set(tx.now())
                .set((long) ofLine)
                .set((long) share)
                .set((long) share)
                .set((long) most)
                .set(held.newClaims(tx.node(), most) - 1)
                .set((long) wanted)
                .set(tx.node())
                .set(rules.version()) // by which the lines were found
                .list(row -> {
                    found[0] = row.getInt(16);
                    return new TakenChunk(row);
                });
        chunks.sort(Comparator.comparing(chunk -> chunk.key, Held.Key.IN_LINE));
        isShort = chunks.size() < most && promised(chunks) < wanted && fullest(chunks) < ofLine;
        Taking.share(inTurn(chunks, share), wanted);
        remember(tx, chunks, found[0]);
        return chunks;
    }

    private static long promised(List<TakenChunk> chunks) {
        return chunks.stream().mapToLong(chunk -> chunk.runs).sum();
    }

    /** How many there are of the line of which there are most. */
    private static long fullest(List<TakenChunk> chunks) {
        return chunks.stream()
                .collect(Collectors.groupingBy(chunk -> chunk.key.line(), Collectors.counting()))
                .values()
                .stream()
                .mapToLong(count -> count)
                .max()
                .orElse(0);
    }

    private long start(long line) {
        return starts.getOrDefault(line, Long.MIN_VALUE);
    }

    /** @param chunks in the order of their positions */
    private List<TakenChunk> inTurn(List<TakenChunk> chunks, int share) {
        Map<Long, Integer> turnOf = new HashMap<>();
        for (int turn = 0; turn < lines.length; turn++) {
            turnOf.put(lines[turn], turn);
        }
        Map<Long, Long> aheadOf = new HashMap<>();
        return chunks.stream()
                .map(chunk -> {
                    long line = chunk.key.line();
                    long ahead = aheadOf.getOrDefault(line, 0L);
                    aheadOf.put(line, ahead + chunk.runs);
                    return new Ranked(ahead / share, turnOf.getOrDefault(line, 0), ahead, chunk);
                })
                .sorted(Ranked.IN_TURN)
                .map(Ranked::chunk)
                .toList();
    }

    /** @param found in bits, which of the lines have something */
    private void remember(Tx tx, List<TakenChunk> chunks, int found) {
        Map<Long, Long> last = new HashMap<>();
        chunks.forEach(chunk -> last.put(chunk.key.line(), chunk.key.position()));
        List<Long> served = new ArrayList<>();
        List<Long> waiting = new ArrayList<>();
        for (int turn = 0; turn < lines.length; turn++) {
            long line = lines[turn];
            Long position = last.get(line);
            if (position != null) {
                starts.put(line, position);
                turns.served((int) line);
                served.add(line);
            } else if (isShort) {
                starts.merge(line, tx.now() - Taking.LATE, Math::max);
            } else if (((found >> turn) & 1) != 0) {
                waiting.add(line);
            }
        }
        waiting.addAll(served);
        ready = isShort || !complete ? NONE : Columns.longs(waiting, line -> line);
    }
}
