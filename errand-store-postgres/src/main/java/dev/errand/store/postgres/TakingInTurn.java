package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Share;
import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import dev.errand.store.limits.Turns;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes runs where limits are to be kept, and where runs have keys: each place has its turn, and at each place each line, the one without
 * a key like those with keys. Who was refused since a limit that it shares with others is used up has not had its turn.
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
     * What may be dealt out.
     *
     * @param heads how many runs wait in each line
     * @param mostKeys how many lines of a place were looked for
     */
    private record Room(Allotment allotment, Map<Long, Integer> heads, int slots, int mostKeys) {}

    /** What was dealt out to a line. */
    private record Deal(long line, int runs, int permits, long share, Marking marking) {
        /** For the row. */
        @Nullable
        Long markedShare() {
            return marking == Marking.BY_SHARE ? (Long) share : null;
        }

        @Nullable
        Long markedPermits() {
            return marking == Marking.NONE ? null : (Long) (long) permits;
        }
    }

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
    /** Of each place, the line whose turn it was last. */
    private final Map<Integer, Long> lastLines = new HashMap<>();
    /** Of each place, how many chunks keys have there, about. */
    private final Map<Integer, Integer> chunksOfKeys = new HashMap<>();
    /** Queues and tasks whose limits let nothing through when they were looked at last. */
    private final Set<Scope> closed = new HashSet<>();
    /** How many looks in a row found nothing to take, while others had not had their turn. */
    private int inVain;
    /** How many runs were dealt to a line lately, on the average: so many fewer lines need to be looked for. */
    private double runsOfALine = 1;

    private final Agreeing agreeing = new Agreeing();

    private List<Place> places = List.of();
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
                    .toList();
            placesBy = now;
            placesOf = request.tasks();
            placesIn = request.queues();
            closed.clear();
            turns.clear();
            places.forEach(place -> turns.add(place.number()));
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
        List<Place> open =
                mine.stream().filter(place -> !isClosed(place, allotment)).toList();
        int mostKeys = Math.clamp(
                inVain > 0 ? Math.max(max, MOST_KEYS / mine.size()) : (int) (max / runsOfALine),
                FEWEST_KEYS,
                MOST_KEYS);
        Map<Long, Integer> heads = new HashMap<>();
        Map<Place, List<Long>> lines = lines(tx, open, waiting, inVain > 0 ? MOST_KEYS : mostKeys, mostKeys, heads);
        List<Long> all = lines.values().stream().flatMap(List::stream).toList();
        WaitingLines.addHeads(tx, all, max, heads);
        Counts.addLines(tx.database(), placesBy, all, allotment);
        List<Deal> deals = deal(tx, lines, new Room(allotment, heads, request.slots(), mostKeys), max);
        learn(deals, all.size());
        boolean partly = waiting.size() >= mostPlaces
                || lines.size() < open.size()
                || lines.values().stream().anyMatch(of -> of.size() >= mostKeys);
        inVain = deals.isEmpty() && partly ? inVain + 1 : 0;
        long next = inVain > 0
                ? Math.min(tx.now() + (LOCKED << Math.min(inVain - 1, MOST_DOUBLINGS)), allotment.next())
                : allotment.next();
        Result taken = claim(tx, deals, allotment, Math.min(lookAt, next));
        Counts.storeRates(tx.database(), allotment);
        return taken;
    }

    private void learn(List<Deal> deals, int lines) {
        if (lines > 0) {
            double now = deals.stream().mapToInt(Deal::runs).sum() / (double) lines;
            runsOfALine = Math.clamp((runsOfALine + now) / 2, 1, WaitingLines.MOST_OF_KEY);
        }
    }

    /** @param counted also those where something is counted */
    private Iterator<Place> inTurn(boolean counted) {
        return turns.inTurn()
                .map(placesBy::place)
                .filter(place -> counted || Marking.of(placesBy, place) == Marking.NONE)
                .filter(place ->
                        closed.isEmpty() || placesBy.scopesOf(place).stream().noneMatch(closed::contains))
                .iterator();
    }

    /** The lines whose turn it is at each place, of as many places as it takes; and of some how many runs wait there. */
    private Map<Place, List<Long>> lines(
            Tx tx, List<Place> open, Map<Place, Boolean> waiting, int wanted, int mostKeys, Map<Long, Integer> heads)
            throws SQLException {
        Map<Place, List<Long>> lines = new LinkedHashMap<>();
        int found = 0;
        for (int i = 0; i < open.size() && found < wanted; i++) {
            Place place = open.get(i);
            boolean plain = waiting.getOrDefault(place, false);
            long last = lastLines.getOrDefault(place.number(), 0L);
            int ofKey = chunksOfKeys.getOrDefault(place.number(), 0);
            WaitingLines.Found ofPlace = WaitingLines.lines(tx, place, plain, last, mostKeys, ofKey);
            found += ofPlace.lines.size();
            lines.put(place, ofPlace.lines);
            heads.putAll(ofPlace.heads);
            chunksOfKeys.put(place.number(), ofPlace.ofKey);
        }
        return lines;
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

    private List<Deal> deal(Tx tx, Map<Place, List<Long>> lines, Room room, int max) {
        List<Deal> deals = new ArrayList<>();
        int left = max;
        int places = lines.size();
        for (var of : lines.entrySet()) {
            Place place = of.getKey();
            if (left > 0 && !isClosed(place, room.allotment())) {
                left -= dealAt(tx, place, of.getValue(), Math.max(1, left / places), room, deals);
                turns.served(place.number());
            }
            places--;
        }
        return deals;
    }

    /** Answers how many runs were dealt out. */
    private int dealAt(Tx tx, Place place, List<Long> lines, int share, Room room, List<Deal> deals) {
        Allotment allotment = room.allotment();
        int ahead = held.pace().perPermit(place.number());
        Marking marking = Marking.of(placesBy, place);
        int left = share;
        for (int i = 0; i < lines.size() && left > 0 && allotment.closed(place) == null; i++) {
            long line = lines.get(i);
            int each = lines.size() < room.mostKeys() ? left / (lines.size() - i) : 1; // else there are others besides
            int fair = Math.max(Math.max(1, each), Math.min(ahead, WaitingLines.MOST_OF_KEY));
            int wanted = Math.min(Math.min(fair, left), room.heads().getOrDefault(line, 0));
            int permits = marking != Marking.NONE ? allotment.permits(line, Math.min(wanted, room.slots())) : wanted;
            int runs = allotment.starts(line, (int) Math.min(wanted, (long) permits * ahead));
            if (runs > 0) {
                int used = Math.min(permits, runs);
                allotment.take(line, runs, used);
                deals.add(new Deal(line, runs, used, held.newClaims(tx.node(), 1), marking));
                left -= runs;
            }
            lastLines.put(place.number(), line);
        }
        return share - left;
    }

    private Result claim(Tx tx, List<Deal> deals, Allotment allotment, long lookAt) throws SQLException {
        if (deals.isEmpty()) {
            return new Result(List.of(), List.of(), false, lookAt);
        }
        int most = deals.stream().mapToInt(Deal::runs).sum();
        List<TakenChunk> chunks = tx.sql(CLAIM)
                .setObject(tx.array("int8", Columns.longs(deals, Deal::line)))
                .setObject(tx.array("int4", Columns.ints(deals, Deal::runs)))
                .setObject(tx.array("int8", Columns.nullable(deals, Deal::markedShare)))
                .setObject(tx.array("int4", Columns.nullable(deals, Deal::markedPermits)))
                .set(tx.now())
                .set(held.newClaims(tx.node(), most) - 1)
                .set(tx.node())
                .set(placesBy.version())
                .list(TakenChunk::placed);
        chunks.sort(Comparator.comparing(chunk -> chunk.key, Held.Key.IN_LINE));
        Map<Long, List<TakenChunk>> ofLine = new HashMap<>();
        chunks.forEach(chunk -> ofLine.computeIfAbsent(chunk.key.line(), line -> new ArrayList<>())
                .add(chunk));
        for (Deal deal : deals) {
            want(deal, ofLine.getOrDefault(deal.line(), List.of()));
        }
        TakenRuns.read(tx, chunks);
        List<Claim> claims = new ArrayList<>();
        List<Held.Chunk> holding = new ArrayList<>();
        Map<Long, Long> fronts = new HashMap<>();
        for (Deal deal : deals) {
            int before = claims.size();
            for (TakenChunk chunk : ofLine.getOrDefault(deal.line(), List.of())) {
                TakenRuns.settle(tx, chunk, holding, deal.marking());
                claims.addAll(chunk.claims);
                if (deal.marking() == Marking.BY_LINE) {
                    fronts.merge(deal.line(), chunk.key.position(), Math::max);
                }
            }
            allotment.giveBack(deal.line(), deal.runs() - (claims.size() - before));
        }
        KeyFronts.move(tx, fronts);
        return new Result(claims, holding, !chunks.isEmpty(), lookAt);
    }

    private static void want(Deal deal, List<TakenChunk> chunks) {
        int left = deal.runs();
        for (TakenChunk chunk : chunks) {
            chunk.wanted = Math.max(left, 1);
            left -= chunk.runs;
            if (deal.permits() < deal.runs()) {
                chunk.share = new Share(deal.share(), deal.permits());
            }
        }
    }
}
