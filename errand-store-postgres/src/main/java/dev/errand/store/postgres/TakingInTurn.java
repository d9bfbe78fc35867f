package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Share;
import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import dev.errand.store.limits.Turns;
import dev.errand.store.postgres.Dealing.Deal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes runs where limits are to be kept, and where runs have keys: each queue has its turn, or place outside of queues, and there each key, none
 * being one of them; in a queue the lines of a key, one for each task, are one order. Who was refused since a limit that it shares with others is
 * used up has not had its turn.
 *
 * <p>Exact over all nodes: who claims under a limit holds an advisory lock of the queue or task that has it until the commit, and counts
 * with a statement of its own after it got the lock, which sees all that was committed before. Who does not get the lock goes on elsewhere
 * and comes back. After a change of limits nobody counts before all nodes have marked what they hold, see {@link Adopting}. So that the lock costs once for many runs, quick ones are claimed ahead of the permits, as a {@link Share} of which this
 * node executes only as many at a time as it has permits.
 */
final class TakingInTurn {
    /** Places that have a turn in one look, as many as runs are wanted; and after one that found nothing to take. */
    private static final int FEWEST_PLACES = 8;

    private static final int MOST_PLACES = 32;
    private static final int MOST_PLACES_AFTER_NOTHING = 200;
    private static final int FEWEST_KEYS = 16;
    private static final int MOST_KEYS = 1_000;
    /** With more places than these under limits that let nothing through, others would be looked at too seldom. */
    private static final int MOST_CLOSED = 4;

    /** Microseconds after which to come back to what others had locked, or to those whose turn has not come; longer each time for these. */
    private static final long LOCKED = 1_000;

    private static final int MOST_DOUBLINGS = 9;

    /** Who then stands still is not waited for, on whatever connection: the server ends the transaction. */
    private static final String LOCK = """
            select u.scope
              from unnest(?::int[]) u(scope)
             where pg_try_advisory_xact_lock(hashtext('errand.limits'), u.scope)
               and set_config('idle_in_transaction_session_timeout', '%d', true) is not null
            """.formatted(Connections.LONGEST_IDLE_MILLIS);

    /** As {@link Taking} does it, of each line as much as it is allotted. */
    private static final String CLAIM = """
            with c as materialized (
                select k.*, own.wanted, own.share, own.permits
                  from unnest(?::bigint[], ?::int[], ?::bigint[], ?::int[]) own(line, wanted, share, permits)
                 cross join lateral (
                     select ctid as place, line, position, first, single, runs
                       from errand.chunk
                      where line = own.line and position < 9223372036854775807
                        and claim = 0 and (expires is null or expires > ?)
                      order by line, position, first, single
                      limit own.wanted
                        for update skip locked) k),
            w as materialized (
                select place, wanted, share, permits,
                       sum(runs) over (partition by line order by position, first, single rows unbounded preceding) - runs as before
                  from c),
            wanted as materialized (
                select ?::bigint as claims, array_agg(place order by place) as places, array_agg(share order by place) as shares,
                       array_agg(permits order by place) as permits
                  from w
                 where before < wanted
                   and exists (select 1 from errand.node, errand.rules where number = ? and gone is null and version = ?))
            update errand.chunk k
               set claim = (select claims from wanted) + width_bucket(ctid, (select places from wanted)), disturbed = false,
                   held = line,
                   share = (select shares from wanted)[width_bucket(ctid, (select places from wanted))],
                   permits = (select permits from wanted)[width_bucket(ctid, (select places from wanted))]
             where ctid = any((select places from wanted)::tid[])
            returning k.line, k.position, k.first, k.single, k.last, k.dirty, k.attempt, k.redeliveries, k.suspect, k.batch, k.runs,
                      k.claim, k.due, k.expires, k.resumed, k.ctid
            """;

    /**
     * What was taken; to be remembered once it is committed.
     *
     * @param more whether there may be more now
     * @param lookAt when there may be more at the latest, in microseconds; the greatest number if nobody knows
     */
    record Result(List<Claim> claims, List<Held.Chunk> chunks, boolean more, long lookAt) {
        static final Result NONE = new Result(List.of(), List.of(), false, Long.MAX_VALUE);
    }

    private final Held held;
    private final Turns turns = new Turns();
    /** By turns, the key whose turn it was last. */
    private final Map<Integer, Long> lastKeys = new HashMap<>();
    /** Of each place, how many chunks keys have there, about. */
    private final Map<Integer, Integer> chunksOfKeys = new HashMap<>();
    /** Queues and tasks whose limits let nothing through when they were looked at last. */
    private final Set<Scope> closed = new HashSet<>();
    /** How many looks in a row found nothing to take, while others had not had their turn. */
    private int inVain;
    /** How many runs were dealt to a key lately, on the average: so many fewer keys need to be looked for. */
    private double runsOfAKey = 1;

    private final Agreeing agreeing = new Agreeing();

    /** By turns. */
    private Map<Integer, List<Place>> places = Map.of();

    private Set<String> placesOf = Set.of();
    private Set<String> placesIn = Set.of();
    private Rules placesBy = Rules.NONE;

    TakingInTurn(Held held) {
        this.held = held;
    }

    /** Whether there are lines that are claimed here, and not by {@link Taking}. */
    boolean hasPlaces(TaskNumbers numbers, ClaimRequest request) {
        Rules now = numbers.rules();
        if (!now.equals(placesBy)
                || !request.tasks().equals(placesOf)
                || !request.queues().equals(placesIn)) {
            places = Taking.places(numbers, now, request)
                    .filter(place -> !now.isPlain(place.number()) && !now.isShut(place))
                    .distinct()
                    .collect(Collectors.groupingBy(Place::turn));
            placesBy = now;
            placesOf = request.tasks();
            placesIn = request.queues();
            closed.clear();
            turns.clear();
            places.keySet().forEach(turns::add);
        }
        return !places.isEmpty();
    }

    /** Takes at most so many. */
    Result take(Tx tx, ClaimRequest request, int max) throws SQLException {
        if (!hasPlaces(tx.tasks(), request)) {
            return Result.NONE;
        }
        if (max == 0) { // it is the turn of the lines without limits
            return new Result(List.of(), List.of(), true, Long.MAX_VALUE);
        }
        boolean counted = agreeing.isAgreed(tx, placesBy);
        long agreedAt = counted ? Long.MAX_VALUE : tx.now() + (LOCKED << Math.min(agreeing.looks(), MOST_DOUBLINGS));
        int mostPlaces = inVain > 0 ? MOST_PLACES_AFTER_NOTHING : Math.clamp(max, FEWEST_PLACES, MOST_PLACES);
        long opens = Math.min(lookAtClosed(tx), agreedAt);
        Map<Place, Boolean> waiting = WaitingLines.places(tx, placesBy, inTurn(counted), mostPlaces);
        List<Place> mine = locked(tx, waiting.keySet());
        long lookAt = Math.min(mine.size() < waiting.size() ? tx.now() + LOCKED : Long.MAX_VALUE, opens);
        if (mine.isEmpty()) {
            inVain = 0;
            return new Result(List.of(), List.of(), false, lookAt);
        }
        Allotment allotment = Counts.allotment(tx.database(), placesBy, tx.now(), mine);
        Map<Integer, List<Place>> open = mine.stream()
                .filter(place -> !isClosed(place, allotment))
                .collect(Collectors.groupingBy(Place::turn, LinkedHashMap::new, Collectors.toList()));
        int mostKeys = Math.clamp(
                inVain > 0 ? Math.max(max, MOST_KEYS / mine.size()) : (int) (max / runsOfAKey), FEWEST_KEYS, MOST_KEYS);
        Map<Long, Integer> heads = new HashMap<>();
        List<KeysInTurn> keys = keys(tx, open, waiting, inVain > 0 ? MOST_KEYS : mostKeys, mostKeys, heads);
        List<List<Long>> all =
                keys.stream().flatMap(turn -> turn.keys().stream()).toList();
        Dealing.Waiting runs = waiting(tx, all, max, heads);
        Counts.addLines(
                tx.database(), placesBy, all.stream().flatMap(List::stream).toList(), allotment);
        Dealing dealing = new Dealing(
                placesBy, held.pace(), allotment, runs, request.slots(), () -> held.newClaims(tx.node(), 1));
        List<Deal> deals = deal(dealing, keys, allotment, max);
        learn(deals, all.size());
        boolean partly = waiting.size() >= mostPlaces
                || keys.size() < open.size()
                || keys.stream().anyMatch(KeysInTurn::isPart);
        inVain = deals.isEmpty() && partly ? inVain + 1 : 0;
        long next = inVain > 0
                ? Math.min(tx.now() + (LOCKED << Math.min(inVain - 1, MOST_DOUBLINGS)), allotment.next())
                : allotment.next();
        Result taken = claim(tx, deals, allotment, Math.min(lookAt, next));
        Counts.storeRates(tx.database(), allotment);
        return taken;
    }

    private void learn(List<Deal> deals, int keys) {
        if (keys > 0) {
            double now = deals.stream().mapToInt(deal -> deal.runs).sum() / (double) keys;
            runsOfAKey = Math.clamp((runsOfAKey + now) / 2, 1, WaitingLines.MOST_OF_KEY);
        }
    }

    /** @param counted also those where something is counted */
    private Iterator<Place> inTurn(boolean counted) {
        return turns.inTurn()
                .flatMap(turn -> places.getOrDefault(turn, List.of()).stream())
                .filter(place -> counted || Marking.of(placesBy, place) == Marking.NONE)
                .filter(place ->
                        closed.isEmpty() || placesBy.scopesOf(place).stream().noneMatch(closed::contains))
                .iterator();
    }

    /** The keys whose turn it is in each queue, of as many queues as it takes; and of some lines how many runs wait there. */
    private List<KeysInTurn> keys(
            Tx tx,
            Map<Integer, List<Place>> open,
            Map<Place, Boolean> waiting,
            int wanted,
            int mostKeys,
            Map<Long, Integer> heads)
            throws SQLException {
        List<KeysInTurn> keys = new ArrayList<>();
        int found = 0;
        for (Map.Entry<Integer, List<Place>> queue : open.entrySet()) {
            if (found >= wanted) {
                break;
            }
            long last = lastKeys.getOrDefault(queue.getKey(), KeysInTurn.START);
            List<List<Long>> lines = new ArrayList<>();
            for (Place place : queue.getValue()) {
                boolean plain = waiting.getOrDefault(place, false);
                int ofKey = chunksOfKeys.getOrDefault(place.number(), 0);
                WaitingLines.Found ofPlace =
                        WaitingLines.lines(tx, place, plain, KeysInTurn.lastLine(place, last), mostKeys, ofKey);
                lines.add(ofPlace.lines);
                heads.putAll(ofPlace.heads);
                chunksOfKeys.put(place.number(), ofPlace.ofKey);
            }
            KeysInTurn turn = KeysInTurn.of(queue.getValue(), lines, last, mostKeys);
            found += turn.keys().size();
            keys.add(turn);
        }
        return keys;
    }

    /** How much waits of these keys; where a key has several lines, chunk by chunk. */
    private static Dealing.Waiting waiting(Tx tx, List<List<Long>> keys, int max, Map<Long, Integer> heads)
            throws SQLException {
        Map<Boolean, List<Long>> lines = new HashMap<>();
        keys.forEach(of -> lines.computeIfAbsent(of.size() == 1, single -> new ArrayList<>())
                .addAll(of));
        WaitingLines.addHeads(tx, lines.getOrDefault(true, List.of()), max, heads);
        return new Dealing.Waiting(heads, WaitingLines.first(tx, lines.getOrDefault(false, List.of()), max));
    }

    /**
     * Forgets the limits that let something through again. They are only asked if they hold for so many places that those would be all that
     * a look comes to, since they are the first in turn until they are served.
     *
     * @return when one of their rates lets something through, in microseconds; the greatest number if that is not waited for
     */
    private long lookAtClosed(Tx tx) throws SQLException {
        List<Place> shut = new ArrayList<>();
        closed.forEach(scope -> shut.addAll(placesBy.placesOf(scope)));
        closed.clear();
        if (shut.size() <= MOST_CLOSED) {
            return Long.MAX_VALUE;
        }
        Allotment allotment = Counts.allotment(tx.database(), placesBy, tx.now(), shut);
        shut.forEach(place -> isClosed(place, allotment));
        return allotment.next();
    }

    private boolean isClosed(Place place, Allotment allotment) {
        Allotment.Closed by = allotment.closed(place);
        if (by != null) {
            closed.add(by.scope());
        }
        return by != null;
    }

    /** Those of which this transaction has the locks of all limits. */
    private List<Place> locked(Tx tx, Set<Place> places) throws SQLException {
        Set<Integer> scopes = new HashSet<>();
        for (Place place : places) {
            placesBy.scopesOf(place).stream()
                    .filter(Scope::limitsStarts)
                    .map(Scope::number)
                    .forEach(scopes::add);
        }
        if (scopes.isEmpty()) {
            return List.copyOf(places);
        }
        Set<Integer> locked = new HashSet<>(tx.sql(LOCK)
                .setObject(tx.array("int4", Columns.ints(List.copyOf(scopes), scope -> scope)))
                .list(row -> row.getInt(1)));
        return places.stream()
                .filter(place -> placesBy.scopesOf(place).stream()
                        .allMatch(scope -> !scope.limitsStarts() || locked.contains(scope.number())))
                .toList();
    }

    private List<Deal> deal(Dealing dealing, List<KeysInTurn> keys, Allotment allotment, int max) {
        int left = max;
        int others = keys.size();
        for (KeysInTurn turn : keys) {
            int number = turn.places().getFirst().turn();
            if (left > 0 && isAnyOpen(turn, allotment)) {
                left -= dealing.deal(turn, Math.max(1, left / others), line -> lastKeys.put(number, Lines.keyOf(line)));
                turns.served(number);
            }
            others--;
        }
        return dealing.deals();
    }

    /** Asks each, so that what lets nothing through is remembered. */
    private boolean isAnyOpen(KeysInTurn turn, Allotment allotment) {
        return turn.places().stream()
                        .filter(place -> isClosed(place, allotment))
                        .count()
                < turn.places().size();
    }

    private Result claim(Tx tx, List<Deal> deals, Allotment allotment, long lookAt) throws SQLException {
        if (deals.isEmpty()) {
            return new Result(List.of(), List.of(), false, lookAt);
        }
        int most = deals.stream().mapToInt(deal -> deal.runs).sum();
        List<TakenChunk> chunks = tx.sql(CLAIM)
                .setObject(tx.array("int8", Columns.longs(deals, deal -> deal.line)))
                .setObject(tx.array("int4", Columns.ints(deals, deal -> deal.runs)))
                .setObject(tx.array("int8", Columns.nullable(deals, Deal::markedShare)))
                .setObject(tx.array("int4", Columns.nullable(deals, Deal::markedPermits)))
                .set(tx.now())
                .set(held.newClaims(tx.node(), most) - 1)
                .set(tx.node())
                .set(placesBy.version())
                .list(TakenChunk::placed);
        Map<Long, Deal> ofLine = new HashMap<>();
        deals.forEach(deal -> ofLine.put(deal.line, deal));
        chunks.sort(Comparator.comparingInt((TakenChunk chunk) -> of(chunk, ofLine).key)
                .thenComparing(chunk -> chunk.key, Held.Key.IN_LINE));
        Map<Long, Integer> left = new HashMap<>();
        chunks.forEach(chunk -> want(of(chunk, ofLine), chunk, left));
        TakenRuns.read(tx, chunks);
        List<Claim> claims = new ArrayList<>();
        List<Held.Chunk> holding = new ArrayList<>();
        Map<Long, Long> fronts = new HashMap<>();
        Map<Long, Integer> claimed = new HashMap<>();
        for (TakenChunk chunk : chunks) {
            Deal deal = of(chunk, ofLine);
            TakenRuns.settle(tx, chunk, holding, deal.marking);
            claims.addAll(chunk.claims);
            claimed.merge(deal.line, chunk.claims.size(), Integer::sum);
            if (deal.marking == Marking.BY_LINE) {
                fronts.merge(deal.line, chunk.key.position(), Math::max);
            }
        }
        deals.forEach(deal -> allotment.giveBack(deal.line, deal.runs - claimed.getOrDefault(deal.line, 0)));
        KeyFronts.move(tx, fronts);
        return new Result(claims, holding, !chunks.isEmpty(), lookAt);
    }

    private static Deal of(TakenChunk chunk, Map<Long, Deal> ofLine) {
        return Objects.requireNonNull(ofLine.get(chunk.key.line()), "only dealt lines are claimed from");
    }

    private static void want(Deal deal, TakenChunk chunk, Map<Long, Integer> left) {
        int now = left.getOrDefault(deal.line, deal.runs);
        chunk.wanted = Math.max(now, 1);
        left.put(deal.line, now - chunk.runs);
        if (deal.permits < deal.runs) {
            chunk.share = new Share(deal.share, deal.permits);
        }
    }
}
