package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Share;
import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes runs where limits are to be kept, and where runs have keys: each place has its turn, and at each place each key.
 *
 * <p>Exact over all nodes: who claims under a limit holds an advisory lock of the queue or task that has it until the commit, and counts
 * with a statement of its own after it got the lock, which sees all that was committed before. Who does not get the lock goes on elsewhere
 * and comes back. So that the lock costs once for many runs, quick ones are claimed ahead of the permits, as a {@link Share} of which this
 * node executes only as many at a time as it has permits.
 */
final class TakingInTurn {
    /** Places that have a turn in one look; and after one that found nothing to take. */
    private static final int MOST_PLACES = 32;

    private static final int MOST_PLACES_AFTER_NOTHING = 200;
    private static final int MOST_KEYS = 1_000;
    /** Of quick runs, so many of a key together. */
    private static final int MOST_OF_KEY = 16;

    /** Microseconds after which to come back to what others had locked, or to those whose turn has not come; longer each time for these. */
    private static final long LOCKED = 1_000;

    private static final int MOST_DOUBLINGS = 9;

    /** Of places in turn, those where something waits; and whether that is so in the line without a key. */
    private static final String WAITING = """
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
                                 where line > p.place::bigint << 40 and line <= (p.place::bigint << 40) + 1099511627775
                                   and position < 9223372036854775807 and claim = 0
                                 limit 1)
             limit ?
            """;

    /** Who then stands still is not waited for, on whatever connection: the server ends the transaction. */
    private static final String LOCK = """
            select u.scope
              from unnest(?::int[]) u(scope)
             where pg_try_advisory_xact_lock(hashtext('errand.limits'), u.scope)
               and set_config('idle_in_transaction_session_timeout', '%d', true) is not null
            """.formatted(Connections.LONGEST_IDLE_MILLIS);

    /** Skips from key to key. */
    private static final String KEYS = """
            with recursive keys(line) as (
                (select line from errand.chunk where line > ? and line <= ? order by line limit 1)
                union all
                select (select line from errand.chunk where line > keys.line and line <= ? order by line limit 1)
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
                   share = (select shares[width_bucket(k.ctid, places)] from wanted),
                   permits = (select permits[width_bucket(k.ctid, places)] from wanted)
             where ctid = any((select places from wanted)::tid[])
            returning k.line, k.position, k.first, k.single, k.last, k.dirty, k.attempt, k.redeliveries, k.suspect, k.batch, k.runs,
                      k.claim, k.due, k.expires
            """;

    /**
     * What may be dealt out.
     *
     * @param heads how many runs wait in each line
     */
    private record Room(Allotment allotment, Map<Long, Integer> heads, int slots) {}

    /** What was dealt out to a line. */
    private record Deal(long line, int runs, int permits, long share) {}

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
    private final Map<Integer, Long> lastKeys = new HashMap<>();
    private int lastPlace;
    /** How many looks in a row found nothing to take, while others had not had their turn. */
    private int inVain;

    private List<Place> places = List.of();
    private Set<String> placesOf = Set.of();
    private Rules placesBy = Rules.NONE;

    TakingInTurn(Held held) {
        this.held = held;
    }

    /** Whether there are lines that are claimed here, and not by {@link Taking}. */
    boolean hasPlaces(TaskNumbers numbers, Set<String> tasks) {
        if (!numbers.rules().equals(placesBy) || !tasks.equals(placesOf)) {
            places = Taking.places(numbers, tasks)
                    .filter(place -> !numbers.rules().isPlain(place.number())
                            && !numbers.rules().isShut(place))
                    .sorted(Comparator.comparingInt(Place::number))
                    .toList();
            placesBy = numbers.rules();
            placesOf = tasks;
        }
        return !places.isEmpty();
    }

    /** Takes at most so many. */
    Result take(Tx tx, ClaimRequest request, int max) throws SQLException {
        if (!hasPlaces(tx.tasks(), request.tasks())) {
            return Result.NONE;
        }
        Rules rules = placesBy;
        Map<Place, Boolean> waiting = waiting(tx);
        Set<Integer> locked = lock(tx, rules, waiting.keySet());
        List<Place> mine = waiting.keySet().stream()
                .filter(place -> rules.scopesOf(place).stream()
                        .allMatch(scope -> scope.limits().isNone() || locked.contains(scope.number())))
                .toList();
        long lookAt = mine.size() < waiting.size() ? tx.now() + LOCKED : Long.MAX_VALUE;
        if (mine.isEmpty()) {
            return new Result(List.of(), List.of(), false, lookAt);
        }
        int mostKeys = Math.clamp(inVain > 0 ? Math.max(max, MOST_KEYS / mine.size()) : max, 16, MOST_KEYS);
        Map<Place, List<Long>> lines = new HashMap<>();
        for (Place place : mine) {
            lines.put(place, lines(tx, place, waiting.getOrDefault(place, false), mostKeys));
        }
        List<Long> all = lines.values().stream().flatMap(List::stream).toList();
        Map<Long, Integer> heads = heads(tx, all, max);
        Allotment allotment = Counts.allotment(
                tx.database(), rules, tx.now(), mine.stream().map(Place::number).toList());
        Counts.loadRates(tx.database(), rules, all, allotment);
        List<Deal> deals = deal(tx, mine, lines, new Room(allotment, heads, request.slots()), max);
        boolean partly =
                waiting.size() >= mostPlaces() || lines.values().stream().anyMatch(of -> of.size() >= mostKeys);
        inVain = deals.isEmpty() && partly ? inVain + 1 : 0;
        long next = inVain > 0
                ? Math.min(tx.now() + (LOCKED << Math.min(inVain - 1, MOST_DOUBLINGS)), allotment.next())
                : allotment.next();
        Result taken = claim(tx, deals, allotment, Math.min(lookAt, next));
        Counts.storeRates(tx.database(), allotment);
        return taken;
    }

    private Map<Place, Boolean> waiting(Tx tx) throws SQLException {
        List<Place> inTurn = new ArrayList<>();
        places.stream().filter(place -> place.number() > lastPlace).forEach(inTurn::add);
        places.stream().filter(place -> place.number() <= lastPlace).forEach(inTurn::add);
        Map<Place, Boolean> waiting = new LinkedHashMap<>();
        tx.sql(WAITING)
                .setObject(tx.array("int4", Columns.ints(inTurn, Place::number)))
                .setObject(tx.array("bool", Columns.flags(inTurn, Place::keyed)))
                .set((long) mostPlaces())
                .each(row -> waiting.put(placesBy.place(row.getInt(1)), row.getBoolean(2)));
        return waiting;
    }

    private int mostPlaces() {
        return inVain > 0 ? MOST_PLACES_AFTER_NOTHING : MOST_PLACES;
    }

    private static Set<Integer> lock(Tx tx, Rules rules, Set<Place> places) throws SQLException {
        Set<Integer> scopes = new HashSet<>();
        for (Place place : places) {
            rules.scopesOf(place).stream()
                    .filter(scope -> !scope.limits().isNone())
                    .map(Scope::number)
                    .forEach(scopes::add);
        }
        if (scopes.isEmpty()) {
            return scopes;
        }
        return new HashSet<>(tx.sql(LOCK)
                .setObject(tx.array("int4", Columns.ints(List.copyOf(scopes), scope -> scope)))
                .list(row -> row.getInt(1)));
    }

    /** Those where runs may wait, after the one whose turn it was last. */
    private List<Long> lines(Tx tx, Place place, boolean plain, int wanted) throws SQLException {
        List<Long> lines = new ArrayList<>();
        if (plain) {
            lines.add((long) place.number());
        }
        if (place.keyed()) {
            long first = Lines.firstKey(place.number());
            long last = Lines.lastKey(place.number());
            long after = Math.max(first, lastKeys.getOrDefault(place.number(), first));
            addKeys(tx, after, last, wanted, lines);
            if (lines.size() < wanted && after > first) {
                addKeys(tx, first, after, wanted - lines.size(), lines);
            }
        }
        return lines;
    }

    private static void addKeys(Tx tx, long after, long last, int most, List<Long> lines) throws SQLException {
        tx.sql(KEYS).set(after).set(last).set(last).set((long) most).each(row -> lines.add(row.getLong(1)));
    }

    private static Map<Long, Integer> heads(Tx tx, List<Long> lines, int most) throws SQLException {
        Map<Long, Integer> heads = new HashMap<>();
        long chunks = Math.max(MOST_OF_KEY, most / Math.max(1, lines.size()));
        tx.sql(HEADS)
                .setObject(tx.array("int8", Columns.longs(lines, line -> line)))
                .set(chunks)
                .each(row -> heads.put(row.getLong(1), row.getInt(2)));
        return heads;
    }

    private List<Deal> deal(Tx tx, List<Place> mine, Map<Place, List<Long>> lines, Room room, int max) {
        List<Deal> deals = new ArrayList<>();
        int left = max;
        for (int i = 0; i < mine.size() && left > 0; i++) {
            Place place = mine.get(i);
            int share = Math.max(1, left / (mine.size() - i));
            left -= dealAt(tx, place, lines.getOrDefault(place, List.of()), share, room, deals);
            lastPlace = place.number();
        }
        return deals;
    }

    /** Answers how many runs were dealt out. */
    private int dealAt(Tx tx, Place place, List<Long> lines, int share, Room room, List<Deal> deals) {
        Allotment allotment = room.allotment();
        int ahead = held.pace().perPermit(place.number());
        boolean counted = !placesBy.countedWith(place).isEmpty();
        int left = share;
        for (int i = 0; i < lines.size() && left > 0; i++) {
            long line = lines.get(i);
            int fair = Math.max(Math.max(1, left / (lines.size() - i)), Math.min(ahead, MOST_OF_KEY));
            int wanted = Math.min(Math.min(fair, left), room.heads().getOrDefault(line, 0));
            int permits = counted ? allotment.permits(line, Math.min(wanted, room.slots())) : wanted;
            int runs = allotment.starts(line, (int) Math.min(wanted, (long) permits * ahead));
            if (runs > 0) {
                int used = Math.min(permits, runs);
                allotment.take(line, runs, used);
                deals.add(new Deal(line, runs, used, held.newClaims(tx.node(), 1)));
                left -= runs;
            }
            if (Lines.keyOf(line) != 0) {
                lastKeys.put(place.number(), line);
            }
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
                .setObject(tx.array("int8", Columns.longs(deals, Deal::share)))
                .setObject(tx.array("int4", Columns.ints(deals, Deal::permits)))
                .set(tx.now())
                .set(held.newClaims(tx.node(), most) - 1)
                .set(tx.node())
                .set(placesBy.version())
                .list(TakenChunk::new);
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
        for (Deal deal : deals) {
            int before = claims.size();
            for (TakenChunk chunk : ofLine.getOrDefault(deal.line(), List.of())) {
                TakenRuns.settle(tx, chunk, holding, true);
                claims.addAll(chunk.claims);
            }
            allotment.giveBack(deal.line(), deal.runs() - (claims.size() - before));
        }
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
