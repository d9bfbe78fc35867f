package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.RunOptions;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes runs from the heads of the lines: claims chunks in order of position, as many as hold the runs that are wanted, then reads the
 * runs. What is too much of the last chunk is split off and left where it was. Chunks that others are claiming are passed over.
 */
final class Taking {
    private static final int MOST_CHUNKS = 1_000;
    private static final int MOST_LINES = 16;
    /** So much later than its position, in microseconds, a chunk may be committed and still be found by looks not from the start. */
    private static final long LATE = 200_000;

    /**
     * Claims chunks until they hold enough; of each line no more than could be wanted are locked. They are changed by their places, so that
     * no statistics can lead to another way there; a claim's number is the rank of its place.
     */
    private static final String CLAIM = """
            with c as materialized (
                select k.*
                  from unnest(?::int[]) line(task)
                 cross join lateral (
                     select ctid as place, task, position, first, single, runs
                       from errand.chunk
                      where task = line.task and position >= ? and position < 9223372036854775807
                        and claim = 0 and (expires is null or expires > ?)
                      order by task, position, first, single
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
                 where before < ? and exists (select 1 from errand.node where number = ? and gone is null))
            update errand.chunk k
               set claim = (select claims from wanted) + width_bucket(ctid, (select places from wanted)), disturbed = false
             where ctid = any((select places from wanted)::tid[])
            returning k.task, k.position, k.first, k.single, k.last, k.dirty, k.attempt, k.redeliveries, k.suspect, k.batch, k.runs,
                      k.claim, k.due, k.expires
            """;

    private static final String RUNS = """
            select u.i, r.id, r.created, r.due, r.expires, r.name, r.tags, r.payload, r.options,
                   case when u.noted then (select metadata from errand.note where run = r.id) end
              from unnest(?::int[], ?::uuid[], ?::uuid[], ?::bigint[], ?::boolean[], ?::boolean[], ?::boolean[], ?::int[])
                   u(i, first, last, batch, dirty, single, noted, most)
             cross join lateral (
                 select *
                   from errand.run
                  where id between u.first and u.last and batch = u.batch
                    and (not u.dirty
                         or (select true from errand.outcome where run = run.id limit 1) is null
                            and (u.single or (select true from errand.chunk where single and first = run.id limit 1) is null))
                  order by id
                  limit u.most) r
            """;

    /** Of several lines, those whose heads have waited longest. */
    private static final String OLDEST_LINES = """
            select line.task
              from unnest(?::int[]) line(task)
             cross join lateral (
                 select position
                   from errand.chunk
                  where task = line.task and position < 9223372036854775807 and claim = 0
                  order by task, position
                  limit 1) head
             order by head.position
             limit ?
            """;

    private static final String SHORTEN = """
            with k as (
                update errand.chunk
                   set last = ?, runs = ?
                 where task = ? and position = ? and first = ? and single = ?
                returning *)
            insert into errand.chunk (task, position, first, last, single, dirty, state, attempt, redeliveries, suspect, batch, runs,
                                      priority, due, expires)
            select task, position, ?, ?, single, dirty, state, attempt, redeliveries, suspect, batch, ?, priority, due, expires
              from k
            """;

    private static final String DELETE =
            "delete from errand.chunk where task = ? and position = ? and first = ? and single = ?";

    /** A claimed chunk, and what of its runs was read. */
    private static final class Taken {
        final Held.Key key;
        final RunId last;
        final boolean dirty;
        final int attempt;
        final int redeliveries;
        final boolean suspect;
        final long batch;
        final int runs;
        final long claim;
        final long due;
        final @Nullable Long expires;
        int wanted;

        @Nullable
        RunId leftFrom;

        final List<Claim> claims = new ArrayList<>();

        Taken(ResultSet row) throws SQLException {
            key = new Held.Key(row.getInt(1), row.getLong(2), Ids.of(row.getObject(3)), row.getBoolean(4));
            last = Ids.of(row.getObject(5));
            dirty = row.getBoolean(6);
            attempt = row.getInt(7);
            redeliveries = row.getInt(8);
            suspect = row.getBoolean(9);
            batch = row.getLong(10);
            runs = row.getInt(11);
            claim = row.getLong(12);
            due = row.getLong(13);
            expires = Sql.nullable(row, 14);
        }

        /** Whether its row stands for one run; what is left over has gone into another row. */
        boolean isOfOne() {
            return key.first().equals(leftFrom == null ? last : claims.getLast().run());
        }

        /** When a run of it expires that was triggered to expire then: never once it has started, and a single by a time of its own. */
        @Nullable
        Long expiry(@Nullable Long triggered) {
            return expires == null || key.single() ? expires : triggered;
        }
    }

    private final Held held;
    private double runsOfAChunk = 100;

    Taking(Held held) {
        this.held = held;
    }

    /** What was taken; to be remembered once it is committed. */
    record Result(List<Claim> claims, List<Held.Chunk> chunks, long nextFrom, boolean more) {}

    /**
     * Takes at most so many.
     *
     * @param from nothing claimable is known before this position
     */
    Result take(Tx tx, ClaimRequest request, long from) throws SQLException {
        int[] lines = lines(tx, request.tasks(), from == Long.MIN_VALUE);
        List<Claim> claims = new ArrayList<>();
        List<Held.Chunk> holding = new ArrayList<>();
        long nextFrom = from;
        boolean exhausted = lines.length == 0;
        int most = Math.clamp(Math.round(request.max() / runsOfAChunk) + 1, 2, MOST_CHUNKS);
        while (!exhausted && claims.size() < request.max()) {
            List<Taken> chunks = claim(tx, lines, nextFrom, most, request.max() - claims.size());
            read(tx, chunks, request.max() - claims.size());
            int before = claims.size();
            long promised = 0; // of dirty chunks, which may hold less: who got less than he wanted looks on
            for (Taken chunk : chunks) {
                settle(tx, chunk, holding);
                claims.addAll(chunk.claims);
                promised += chunk.runs;
            }
            exhausted = chunks.size() < most && promised < request.max() - before;
            if (chunks.isEmpty()) {
                nextFrom = Math.max(nextFrom, tx.now() - LATE);
            } else {
                nextFrom = chunks.getLast().key.position();
                runsOfAChunk = Math.max(1, (runsOfAChunk + (double) (claims.size() - before) / chunks.size()) / 2);
            }
            most = Math.min(4 * most, MOST_CHUNKS);
        }
        return new Result(claims, holding, nextFrom, !exhausted);
    }

    /**
     * The tasks' numbers.
     *
     * @param thoroughly whether to look for numbers that others gave
     */
    private static int[] lines(Tx tx, Set<String> tasks, boolean thoroughly) throws SQLException {
        if (thoroughly && tasks.stream().anyMatch(task -> tx.tasks().find(task) == null)) {
            tx.tasks().load(tx.database());
        }
        int[] known = tasks.stream()
                .map(tx.tasks()::find)
                .filter(number -> number != null && !tx.tasks().isRemoved(number))
                .mapToInt(number -> number)
                .distinct()
                .toArray();
        if (known.length <= MOST_LINES) {
            return known;
        }
        return tx
                .sql(OLDEST_LINES)
                .setObject(tx.array("int4", known))
                .set((long) MOST_LINES)
                .list(row -> row.getInt(1))
                .stream()
                .mapToInt(number -> number)
                .toArray();
    }

    private List<Taken> claim(Tx tx, int[] lines, long from, int most, int wanted) throws SQLException {
        long firstClaim = held.newClaims(tx.node(), most);
        List<Taken> chunks = tx.sql(CLAIM)
                .setObject(tx.array("int4", lines))
                .set(from)
                .set(tx.now())
                .set((long) most)
                .set((long) most)
                .set(firstClaim - 1)
                .set((long) wanted)
                .set(tx.node())
                .list(Taken::new);
        chunks.sort(Comparator.comparing(chunk -> chunk.key, Held.Key.IN_LINE));
        return chunks;
    }

    private static void read(Tx tx, List<Taken> chunks, int wanted) throws SQLException {
        if (chunks.isEmpty()) {
            return;
        }
        int left = wanted;
        for (Taken chunk : chunks) {
            chunk.wanted = Math.max(left, 1);
            left -= chunk.runs;
        }
        int[] numbers = new int[chunks.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        Sql runs = tx.sql(RUNS);
        runs.setObject(tx.array("int4", numbers))
                .setObject(new UuidArray(Columns.ids(chunks, chunk -> chunk.key.first())))
                .setObject(new UuidArray(Columns.ids(chunks, chunk -> chunk.last)))
                .setObject(tx.array("int8", Columns.longs(chunks, chunk -> chunk.batch)))
                .setObject(tx.array("bool", Columns.flags(chunks, chunk -> chunk.dirty)))
                .setObject(tx.array("bool", Columns.flags(chunks, chunk -> chunk.key.single())))
                .setObject(
                        tx.array("bool", Columns.flags(chunks, chunk -> chunk.attempt > 1 || chunk.redeliveries > 0)))
                .setObject(tx.array("int4", Columns.ints(chunks, chunk -> chunk.wanted + 1)))
                .each(row -> read(tx, row, chunks.get(row.getInt(1))));
    }

    private static void read(Tx tx, ResultSet row, Taken chunk) throws SQLException {
        RunId run = Ids.of(row.getObject(2));
        if (chunk.claims.size() == chunk.wanted) {
            chunk.leftFrom = run;
            return;
        }
        RunOptions options = Documents.options(row.getString(9));
        String noted = row.getString(10);
        long created = row.getLong(3);
        Long due = Sql.nullable(row, 4);
        chunk.claims.add(new Claim(
                chunk.claim,
                chunk.claims.size(),
                run,
                tx.tasks().id(tx.database(), chunk.key.task()),
                row.getString(6),
                JsonReader.texts(row.getString(7)),
                chunk.attempt,
                chunk.redeliveries,
                chunk.suspect,
                Times.instant(created),
                Times.instant(chunk.key.single() ? chunk.due : due == null ? created : due),
                Times.instant(chunk.expiry(Sql.nullable(row, 5))),
                row.getBytes(8),
                noted == null ? options.metadata() : noted,
                options));
    }

    private static void settle(Tx tx, Taken chunk, List<Held.Chunk> holding) throws SQLException {
        Held.Key key = chunk.key;
        if (chunk.claims.isEmpty()) { // all of its runs have ended, or have rows of their own
            tx.sql(DELETE)
                    .set((long) key.task())
                    .set(key.position())
                    .setObject(Ids.uuid(key.first()))
                    .setObject(key.single())
                    .update();
            return;
        }
        if (chunk.leftFrom != null) {
            tx.sql(SHORTEN)
                    .setObject(Ids.uuid(chunk.claims.getLast().run()))
                    .set((long) chunk.claims.size())
                    .set((long) key.task())
                    .set(key.position())
                    .setObject(Ids.uuid(key.first()))
                    .setObject(key.single())
                    .setObject(Ids.uuid(chunk.leftFrom))
                    .setObject(Ids.uuid(chunk.last))
                    .set((long) Math.max(1, chunk.runs - chunk.claims.size()))
                    .update();
            tx.tell(Notice.OLD_WORK); // others passed it over while it was locked
        }
        holding.add(new Held.Chunk(key, chunk.claim, chunk.claims.size(), chunk.isOfOne()));
    }
}
