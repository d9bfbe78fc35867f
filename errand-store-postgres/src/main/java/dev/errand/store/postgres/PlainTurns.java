package dev.errand.store.postgres;

import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Turns;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is among several queues, and tasks outside of queues, where no limit is to be kept: a look takes from each of those served longest
 * ago its share of what is wanted, so that one that has a million runs keeps none waiting. Chunks are taken whole, as long as anything is wanted; a
 * queue of which that was more than its share comes after the others at the next look. In each queue, the order is that of the positions, over the
 * lines of all its tasks.
 *
 * <p>Queues where the last look met something are looked at alone until it is said that there may be more elsewhere, they give less than is
 * wanted, or a second has passed: so one with a backlog costs the same among thousands as by itself.
 */
final class PlainTurns {
    /** So many lines share a look, about, so that it takes no longer where there are thousands; and never more queues. */
    private static final int MOST_LINES = 16;

    private static final int FEWEST_CHUNKS_OF_LINE = 2;
    /** Of thousands of lines, so many are asked about with the first question, and all others with the next. */
    private static final int FIRST_ASKED = 1_024;

    private static final long FIRST_LOOK = Long.MIN_VALUE + 1;
    private static final long LAST_LOOK = Long.MIN_VALUE / 2;

    /**
     * As {@link Taking} does it; of each queue first as much as its share, then of each once more. Tells in bits which of the queues have
     * something.
     */
    private static final String TEMPLATE = """
            with c as materialized (
                select k.*, own.turn
                  from <own> own(line, start, turn)
                 cross join lateral (
                     select ctid as place, line, position, first, single, runs
                       from errand.chunk
                      where line = own.line and position >= own.start and position < 9223372036854775807
                        and claim = 0 and (expires is null or expires > ?)
                      order by line, position, first, single
                      limit ?
                        for update skip locked) k)<cut>,
            l as materialized (
                select c.place, c.turn, c.runs,
                       (sum(c.runs) over (partition by <one> order by c.position, c.first, c.single rows unbounded preceding) - c.runs)::bigint
                           as ahead
                  from <seen>),
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

    /** Where each queue is one line. */
    private static final String CLAIM = TEMPLATE.replace("<own>", "unnest(?::bigint[], ?::bigint[]) with ordinality")
            .replace("<cut>", "")
            .replace("<one>", "c.line")
            .replace("<seen>", "c");

    /** Where some are several. Of a line of which not all was read it is not known what comes next, so that nothing of its queue is taken from then on. */
    private static final String CLAIM_IN_ORDER = TEMPLATE.replace(
                    "<own>", "unnest(?::bigint[], ?::bigint[], ?::bigint[])")
            .replace("<cut>", """
                    ,
                    cut as materialized (
                        select turn, min(last) as last
                          from (select turn, max(position) as last
                                  from c
                                 group by turn, line
                                having count(*) = ?) f
                         group by turn)""")
            .replace("<one>", "c.turn")
            .replace("<seen>", "c left join cut on cut.turn = c.turn where cut.last is null or c.position <= cut.last");

    /** A chunk in the order in which the statement takes them. */
    private record Ranked(long round, int turn, long ahead, TakenChunk chunk) {
        static final Comparator<Ranked> IN_TURN = Comparator.comparingLong(Ranked::round)
                .thenComparingInt(Ranked::turn)
                .thenComparingLong(Ranked::ahead);
    }

    private final Held held;
    private final Turns turns = new Turns();
    /** All lines, by the turns in which they are looked at. */
    private final Map<Integer, List<Place>> queues = new HashMap<>();

    private int known;
    private long look = FIRST_LOOK;
    /** Of each line, before which position nothing is claimable. */
    private final Map<Long, Long> starts = new HashMap<>();

    private Rules rules = Rules.NONE;
    /** The lines of this look, of each queue, in turn. */
    private Map<Integer, List<Long>> chosen = Map.of();
    /** The only ones of all that had something when all were looked at, in turn; empty if that is not known. */
    private Map<Integer, List<Long>> ready = Map.of();
    /** Whether this look is for queues among all, and not only for those. */
    private boolean amongAll;
    /** Whether no others had something when those of this look were chosen. */
    private boolean complete;
    /** Whether the last claim left nothing. */
    private boolean isShort;

    PlainTurns(Held held) {
        this.held = held;
    }

    /** These are all. */
    void know(Rules by, long[] all) {
        known = all.length;
        turns.clear();
        queues.clear();
        starts.clear();
        ready = Map.of();
        for (long line : all) {
            Place place = by.place((int) line);
            queues.computeIfAbsent(place.turn(), turn -> new ArrayList<>()).add(place);
        }
        queues.keySet().forEach(turns::add);
    }

    /**
     * Begins a look; how many queues share it.
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
            ready = Map.of();
        }
        look = look < LAST_LOOK ? look + 1 : FIRST_LOOK;
        choose(tx);
        return chosen.size();
    }

    /** Stands for the places up to which this look came: a number below all positions, and no start. */
    long lookedUpTo() {
        return look;
    }

    private void choose(Tx tx) throws SQLException {
        amongAll = ready.isEmpty();
        complete = true;
        if (!amongAll) {
            chosen = ready;
        } else if (known <= MOST_LINES) {
            chosen = byTurn(inTurn().toList());
        } else {
            search(tx);
        }
    }

    private Stream<Place> inTurn() {
        return turns.inTurn().flatMap(this::places);
    }

    private Stream<Place> places(int turn) {
        return queues.getOrDefault(turn, List.of()).stream();
    }

    private static Map<Integer, List<Long>> byTurn(Collection<Place> places) {
        Map<Integer, List<Long>> all = new LinkedHashMap<>();
        places.forEach(place ->
                all.computeIfAbsent(place.turn(), turn -> new ArrayList<>()).add((long) place.number()));
        return all;
    }

    /** What has nothing had its turn, so that the next look need not ask there again before it comes to those that have something. */
    private void search(Tx tx) throws SQLException {
        Set<Place> found = WaitingLines.places(tx, rules, inTurn().iterator(), MOST_LINES, FIRST_ASKED)
                .keySet();
        chosen = byTurn(found);
        complete = found.size() < MOST_LINES;
        if (!complete) {
            int last = List.copyOf(chosen.keySet()).getLast();
            List<Integer> empty = turns.inTurn()
                    .takeWhile(turn -> turn != last)
                    .filter(turn -> !chosen.containsKey(turn))
                    .toList();
            empty.forEach(turns::served);
        }
    }

    /** Those of this look have nothing more; whether it is the turn of others. */
    boolean next(Tx tx) throws SQLException {
        chosen.keySet().forEach(turns::served); // what is expired or locked there keeps nobody waiting
        if (amongAll && complete) {
            return false;
        }
        ready = Map.of();
        choose(tx);
        return !chosen.isEmpty();
    }

    /** Whether the last claim left nothing that it could have claimed. */
    boolean isShort() {
        return isShort;
    }

    /** Claims chunks, about so many, until they hold enough; in the order of their positions, with what is wanted of each. */
    List<TakenChunk> claim(Tx tx, int about, int wanted) throws SQLException {
        List<Long> lines = chosen.values().stream().flatMap(List::stream).toList();
        if (lines.size() == 1) {
            long line = lines.getFirst();
            List<TakenChunk> chunks = Taking.claim(tx, held, rules, line, start(line), about, wanted);
            isShort = chunks.size() < about && promised(chunks) < wanted;
            remember(tx, chunks, chunks.isEmpty() ? 0 : 1);
            return chunks;
        }
        int share = Math.max(wanted / chosen.size(), 1);
        int ofLine = Math.clamp(Math.ceilDiv(2L * about, lines.size()), FEWEST_CHUNKS_OF_LINE, about);
        int most = Math.max(about, Math.min(wanted, ofLine * lines.size())); // so that each has its share
        int[] found = {0};
        List<TakenChunk> chunks = statement(tx, lines, ofLine)
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
        Taking.share(byShares(chunks, share), wanted);
        remember(tx, chunks, found[0]);
        return chunks;
    }

    private Sql statement(Tx tx, List<Long> lines, int ofLine) throws SQLException {
        boolean inOrder = lines.size() > chosen.size();
        Sql claim = tx.sql(inOrder ? CLAIM_IN_ORDER : CLAIM)
                .setObject(tx.array("int8", Columns.longs(lines, line -> line)))
                .setObject(tx.array("int8", Columns.longs(lines, this::start)));
        if (!inOrder) {
            return claim.set(tx.now()).set((long) ofLine);
        }
        List<Integer> inTurn = List.copyOf(chosen.keySet());
        return claim.setObject(tx.array("int8", Columns.longs(lines, line -> 1 + inTurn.indexOf(turnOf(line)))))
                .set(tx.now())
                .set((long) ofLine)
                .set((long) ofLine);
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

    private int turnOf(long line) {
        return rules.place((int) line).turn();
    }

    /** @param chunks in the order of their positions */
    private List<TakenChunk> byShares(List<TakenChunk> chunks, int share) {
        List<Integer> inTurn = List.copyOf(chosen.keySet());
        Map<Integer, Long> aheadOf = new HashMap<>();
        return chunks.stream()
                .map(chunk -> {
                    int turn = turnOf(chunk.key.line());
                    long ahead = aheadOf.getOrDefault(turn, 0L);
                    aheadOf.put(turn, ahead + chunk.runs);
                    return new Ranked(ahead / share, inTurn.indexOf(turn), ahead, chunk);
                })
                .sorted(Ranked.IN_TURN)
                .map(Ranked::chunk)
                .toList();
    }

    /** @param found in bits, which of the queues have something */
    private void remember(Tx tx, List<TakenChunk> chunks, int found) {
        Map<Long, Long> last = new HashMap<>();
        chunks.forEach(chunk -> last.put(chunk.key.line(), chunk.key.position()));
        Map<Integer, List<Long>> served = new LinkedHashMap<>();
        Map<Integer, List<Long>> waiting = new LinkedHashMap<>();
        int bit = 0;
        for (Map.Entry<Integer, List<Long>> queue : chosen.entrySet()) {
            queue.getValue().forEach(line -> moveStart(tx, line, last.get(line)));
            if (queue.getValue().stream().anyMatch(last::containsKey)) {
                turns.served(queue.getKey());
                served.put(queue.getKey(), queue.getValue());
            } else if (!isShort && ((found >> bit) & 1) != 0) {
                waiting.put(queue.getKey(), queue.getValue());
            }
            bit++;
        }
        waiting.putAll(served);
        ready = isShort || !complete ? Map.of() : waiting;
    }

    /** @param last of the line, what was taken; null if nothing was */
    private void moveStart(Tx tx, long line, @Nullable Long last) {
        if (last != null) {
            starts.put(line, Taking.notLate(tx, last));
        } else if (isShort) {
            starts.merge(line, tx.now() - Taking.LATE, Math::max);
        }
    }
}
