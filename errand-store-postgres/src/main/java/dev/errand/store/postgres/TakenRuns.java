package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.RunOptions;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the runs of chunks that were claimed, and splits off what was not wanted. */
final class TakenRuns {
    private static final String RUNS = """
            select u.i, r.id, r.created, r.due, r.expires, r.name, r.tags, r.payload, r.options,
                   case when u.noted then (select metadata from errand.note where run = r.id) end,
                   (select true from errand.untold order by number limit 1)
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

    private static final String SHORTEN = """
            with k as (
                update errand.chunk
                   set last = ?, runs = ?
                 where line = ? and position = ? and first = ? and single = ?
                returning *)
            insert into errand.chunk (line, position, first, last, single, dirty, state, attempt, redeliveries, suspect, batch, runs,
                                      priority, due, expires, resumed)
            select line, position, ?, ?, single, dirty, state, attempt, redeliveries, suspect, batch, ?, priority, due, expires, resumed
              from k
            """;

    private static final String DELETE =
            "delete from errand.chunk where line = ? and position = ? and first = ? and single = ?";

    private TakenRuns() {}

    /** As many of each as are wanted of it. */
    static void read(Tx tx, List<TakenChunk> chunks) throws SQLException {
        if (chunks.isEmpty()) {
            return;
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
                .setObject(tx.array("bool", Columns.flags(chunks, TakenChunk::mayHaveNotes)))
                .setObject(tx.array("int4", Columns.ints(chunks, chunk -> chunk.wanted + 1)))
                .each(row -> read(tx, row, chunks.get(row.getInt(1))));
    }

    private static void read(Tx tx, ResultSet row, TakenChunk chunk) throws SQLException {
        RunId run = Ids.of(row.getObject(2));
        if (chunk.claims.size() == chunk.wanted) {
            chunk.leftFrom = run;
            return;
        }
        if (row.getBoolean(11)) {
            tx.seeUntold();
        }
        RunOptions options = Documents.options(row.getString(9));
        String noted = row.getString(10);
        long created = row.getLong(3);
        Long due = Sql.nullable(row, 4);
        chunk.claims.add(new Claim(
                chunk.claim,
                chunk.claims.size(),
                run,
                tx.tasks().id(tx.database(), tx.taskOf(chunk.key.line())),
                row.getString(6),
                JsonReader.texts(row.getString(7)),
                chunk.attempt,
                chunk.redeliveries,
                chunk.suspect,
                chunk.resumed,
                Times.instant(created),
                Times.instant(chunk.key.single() ? chunk.due : due == null ? created : due),
                Times.instant(chunk.expiry(Sql.nullable(row, 5))),
                row.getBytes(8),
                noted == null ? options.metadata() : noted,
                options,
                chunk.share,
                chunk.isStepless()));
    }

    /** Leaves what was not wanted of it where it was, and remembers the rest. */
    static void settle(Tx tx, TakenChunk chunk, List<Held.Chunk> holding, @Nullable Marking marking)
            throws SQLException {
        Held.Key key = chunk.key;
        if (chunk.claims.isEmpty()) { // all of its runs have ended, or have rows of their own
            tx.sql(DELETE)
                    .set(key.line())
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
                    .set(key.line())
                    .set(key.position())
                    .setObject(Ids.uuid(key.first()))
                    .setObject(key.single())
                    .setObject(Ids.uuid(chunk.leftFrom))
                    .setObject(Ids.uuid(chunk.last))
                    .set((long) Math.max(1, chunk.runs - chunk.claims.size()))
                    .update();
            chunk.place = null; // that of the version before
            tx.tell(Notice.OLD_WORK); // others passed it over while it was locked
        }
        holding.add(new Held.Chunk(key, chunk.claim, chunk.claims.size(), chunk.isOfOne(), marking, chunk.place));
    }
}
