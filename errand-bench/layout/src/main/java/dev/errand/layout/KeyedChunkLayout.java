package dev.errand.layout;

import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Chunks of runs under a limit for each key: those of one key that come together share a row, and whoever claims it attempts them one after
 * another. They stand in a table of their own, in the order of keys.
 */
final class KeyedChunkLayout implements Layout {
    private static final String COPY_RUNS = Product.statement("Enqueueing", "COPY_RUNS");

    private static final String CHUNKS = """
            with e as (%s)
            insert into errand.keyed_chunk (task, key, position, first, last, single, state, batch, runs, priority, due)
            select u.task, u.key, u.position, u.first, u.last, false, 1, u.batch, u.runs, u.priority, u.due
              from unnest(?::int[], ?::text[], ?::bigint[], ?::uuid[], ?::uuid[], ?::bigint[], ?::int[], ?::int[], ?::bigint[])
                   u(task, key, position, first, last, batch, runs, priority, due)
            """.formatted(Events.INSERT_ONE);

    private static final String END = """
            with gone as (
                delete from errand.keyed_chunk k
                 using unnest(?::int[], ?::text[], ?::bigint[], ?::uuid[], ?::bigint[], ?::int[])
                       u(task, key, position, first, claim, i)
                 where k.task = u.task and k.key = u.key and k.position = u.position and k.first = u.first
                   and k.claim = u.claim and not k.disturbed and k.cancel is null
                returning u.*),
            %s,
            kept as materialized (
                select u.i
                  from unnest(?::int[], ?::text[], ?::bigint[], ?::uuid[], ?::bigint[], ?::int[])
                       u(task, key, position, first, claim, i)
                  join errand.keyed_chunk k
                    on k.task = u.task and k.key = u.key and k.position = u.position and k.first = u.first
                   and k.claim = u.claim and not k.disturbed and k.cancel is null
                   for share of k),
            fenced as materialized (select i from gone union all select i from kept),
            o as (
                insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output)
                select u.run, u.claim, u.started, u.ended, 5, u.attempt, 0, false, u.output
                  from unnest(?::int[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[])
                       u(i, run, claim, started, ended, attempt, output)
                 where u.i = any(array(select i from fenced)))
            select i from fenced
            """.formatted(KeyedClaim.FREED);

    private final Db db;
    private final KeyedClaim claim;
    private double runsOfAChunk = 1;

    KeyedChunkLayout(Db db, long node) {
        this.db = db;
        this.claim = new KeyedClaim(db, node, "keyed_chunk", "first", "", "", "k.last, k.batch, k.runs");
    }

    @Override
    public void enqueue(List<NewRun> runs, Events events) throws SQLException {
        List<NewChunk> chunks = NewChunk.of(runs);
        RunRow.copy(db, COPY_RUNS, NewChunk.rows(chunks), true);
        Sql insert = db.sql(CHUNKS);
        events.fill(insert);
        db.columns(insert, chunks)
                .ints(NewChunk::task)
                .texts(NewChunk::requireKey)
                .longs(chunk -> chunk.position)
                .ids(NewChunk::first)
                .ids(NewChunk::last)
                .longs(chunk -> chunk.batch)
                .ints(NewChunk::size)
                .ints(NewChunk::priority)
                .longs(chunk -> chunk.runs.getFirst().created());
        insert.update();
    }

    @Override
    public List<HeldRun> claim(int wanted) throws SQLException {
        int keys = (int) Math.max(1, wanted / runsOfAChunk);
        List<TakenChunk> chunks = claim.claim(
                keys, (hold, row) -> new TakenChunk(hold, Ids.of(row.getObject(5)), row.getLong(6), row.getInt(7)));
        List<HeldRun> held = new ArrayList<>();
        TakenChunk.read(db, chunks, Integer.MAX_VALUE, held);
        if (!chunks.isEmpty()) {
            runsOfAChunk = Math.max(1, (runsOfAChunk + (double) held.size() / chunks.size()) / 2);
        }
        return held;
    }

    @Override
    public void end(List<HeldRun> runs, long at) throws SQLException {
        Fences fences = Fences.of(runs);
        Sql end = db.sql(END);
        fill(end, fences.gone);
        fill(end, fences.kept);
        Outcomes.fill(db.columns(end, fences.ends).ints(Fences.End::fence), Fences.End::run, at);
        fences.check(end.list(row -> row.getInt(1)).size());
    }

    private void fill(Sql end, List<Fences.Fence> fences) throws SQLException {
        db.columns(end, fences)
                .ints(fence -> fence.hold().task)
                .texts(fence -> fence.hold().requireKey())
                .longs(fence -> fence.hold().position)
                .ids(fence -> fence.hold().first)
                .longs(fence -> fence.hold().claim)
                .ints(Fences.Fence::number);
    }
}
