package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes runs from the heads of the lines where no limit is to be kept: claims chunks in order of position, as many as hold the runs that are wanted, then reads the
 * runs. What is too much of the last chunk is split off and left where it was. Chunks that others are claiming are passed over. Several lines
 * have their turns, see {@link PlainTurns}.
 */
final class Taking {
    private static final int MOST_CHUNKS = 1_000;
    /** So much later than its position, in microseconds, a chunk may be committed and still be found by looks not from the start. */
    static final long LATE = 200_000;
    /** Of several lines, so many looks that meet nothing but what is expired or locked make way for the next of them at once. */
    private static final int MOST_IN_VAIN = 8;

    /**
     * Claims chunks of a line until they hold enough. They are changed by their places, so that no statistics can lead to another way there; a
     * claim's number is the rank of its place.
     */
    private static final String CLAIM = """
            with c as materialized (
                select k.*
                  from unnest(?::bigint[]) own(line)
                 cross join lateral (
                     select ctid as place, line, position, first, single, runs
                       from errand.chunk
                      where line = own.line and position >= ? and position < 9223372036854775807
                        and claim = 0 and (expires is null or expires > ?)
                      order by line, position, first, single
                      limit ?
                        for update skip locked) k
                 order by k.position, k.first
                 limit ?),
            w as materialized (
                select place, sum(runs) over line - runs as before
                  from c
                window line as (order by position, first, single rows unbounded preceding)),
            wanted as materialized (
                select ?::bigint as claims, array_agg(place order by place) as places
                  from w
                 where before < ? and exists (select 1 from errand.node, errand.rules where number = ? and gone is null and version = ?))
            update errand.chunk k
               set claim = (select claims from wanted) + width_bucket(ctid, (select places from wanted)), disturbed = false
             where ctid = any((select places from wanted)::tid[])
            returning k.line, k.position, k.first, k.single, k.last, k.dirty, k.attempt, k.redeliveries, k.suspect, k.batch, k.runs,
                      k.claim, k.due, k.expires, k.resumed
            """;

    private final Held held;
    private final PlainTurns turns;
    private double runsOfAChunk = 100;
    /** The lines of these tasks where no limit is to be kept; read anew, with all else, whenever anything of it changes. */
    private long[] known = {};

    private Rules knownBy = Rules.NONE;
    private Set<String> knownOf = Set.of();
    private Set<String> knownIn = Set.of();

    Taking(Held held) {
        this.held = held;
        this.turns = new PlainTurns(held);
    }

    /** What was taken; to be remembered once it is committed. */
    record Result(List<Claim> claims, List<Held.Chunk> chunks, long nextFrom, boolean more) {}

    /**
     * Takes at most so many.
     *
     * @param from nothing claimable is known before this position
     * @param news whether something may have become claimable since the last look
     */
    Result take(Tx tx, ClaimRequest request, long from, boolean news) throws SQLException {
        learn(tx, request, from == Long.MIN_VALUE);
        List<Claim> claims = new ArrayList<>();
        List<Held.Chunk> holding = new ArrayList<>();
        boolean several = known.length > 1;
        boolean exhausted = several ? turns.begin(tx, knownBy, from, news) == 0 : known.length == 0;
        long nextFrom = several ? turns.lookedUpTo() : from;
        int inVain = 0;
        int most = Math.clamp(Math.round(request.max() / runsOfAChunk) + 1, 2, MOST_CHUNKS);
        while (!exhausted && claims.size() < request.max()) {
            int wanted = request.max() - claims.size();
            List<TakenChunk> chunks = several
                    ? turns.claim(tx, most, wanted)
                    : claim(tx, held, knownBy, known[0], nextFrom, most, wanted);
            int before = claims.size();
            long promised = settle(tx, chunks, claims, holding);
            exhausted = promised < wanted && (several ? turns.isShort() : chunks.size() < most);
            if (several) {
                inVain = chunks.isEmpty() ? inVain + 1 : 0;
                exhausted = exhausted && (inVain == MOST_IN_VAIN || !turns.next(tx));
            } else {
                nextFrom = chunks.isEmpty()
                        ? Math.max(nextFrom, tx.now() - LATE)
                        : chunks.getLast().key.position();
            }
            if (!chunks.isEmpty()) {
                runsOfAChunk = Math.max(1, (runsOfAChunk + (double) (claims.size() - before) / chunks.size()) / 2);
            }
            most = Math.min(4 * most, MOST_CHUNKS);
        }
        return new Result(claims, holding, notLate(tx, nextFrom), !exhausted);
    }

    /** From where to look next, having looked up to this position: others may yet commit what lies a little lower, whose clocks are behind or whose commits take long. */
    static long notLate(Tx tx, long position) {
        return Math.min(position, tx.now() - LATE);
    }

    /** Reads what is wanted of the chunks; how many runs they promised. Dirty ones may hold less: who got less than he wanted looks on. */
    private static long settle(Tx tx, List<TakenChunk> chunks, List<Claim> claims, List<Held.Chunk> holding)
            throws SQLException {
        TakenRuns.read(tx, chunks);
        long promised = 0;
        for (TakenChunk chunk : chunks) {
            TakenRuns.settle(tx, chunk, holding, null);
            claims.addAll(chunk.claims);
            promised += chunk.runs;
        }
        return promised;
    }

    /**
     * The lines of the tasks where no limit is to be kept.
     *
     * @param thoroughly whether to look for what others changed
     */
    private void learn(Tx tx, ClaimRequest request, boolean thoroughly) throws SQLException {
        Set<String> tasks = request.tasks();
        if (thoroughly
                && (tasks.stream().anyMatch(task -> tx.tasks().find(task) == null)
                        || tx.sql(RuleTables.VERSION).number()
                                != tx.tasks().rules().version())) {
            tx.tasks().load(tx.database());
        }
        Rules rules = tx.tasks().rules();
        if (!rules.equals(knownBy)
                || !tasks.equals(knownOf)
                || !request.queues().equals(knownIn)) {
            known = places(tx.tasks(), rules, request)
                    .filter(place -> rules.isPlain(place.number()))
                    .mapToLong(Place::number)
                    .toArray();
            knownBy = rules;
            knownOf = tasks;
            knownIn = request.queues();
            turns.know(rules, known);
        }
    }

    /** Where the runs wait that are asked for. */
    static Stream<Place> places(TaskNumbers numbers, Rules rules, ClaimRequest request) {
        return request.tasks().stream()
                .map(numbers::find)
                .filter(number -> number != null && !numbers.isRemoved(number))
                .distinct()
                .flatMap(number -> rules.placesOf(number, request.queues()).stream());
    }

    /** Of each chunk as much as is wanted after those before it. */
    static void share(List<TakenChunk> chunks, int wanted) {
        int left = wanted;
        for (TakenChunk chunk : chunks) {
            chunk.wanted = Math.max(left, 1);
            left -= chunk.runs;
        }
    }

    /** Those of one line. */
    static List<TakenChunk> claim(Tx tx, Held held, Rules by, long line, long from, int most, int wanted)
            throws SQLException {
        List<TakenChunk> chunks = tx.sql(CLAIM)
                .setObject(tx.array("int8", new long[] {line}))
                .set(from)
                .set(tx.now())
                .set((long) most)
                .set((long) most)
                .set(held.newClaims(tx.node(), most) - 1)
                .set((long) wanted)
                .set(tx.node())
                .set(by.version()) // by which the lines were found
                .list(TakenChunk::new);
        chunks.sort(Comparator.comparing(chunk -> chunk.key, Held.Key.IN_LINE));
        share(chunks, wanted);
        return chunks;
    }
}
