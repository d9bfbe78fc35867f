package dev.errand.store.postgres;

import dev.errand.store.NewRun;
import dev.errand.store.format.Documents;
import dev.errand.store.format.EventEncoder;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.postgres.Chunks.NewChunk;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes new runs: few with one statement, which is their transaction, many with COPY. Where this node waits for runs like these and
 * no others are before them, they are stored as claimed already: one commit takes them from the trigger to their start.
 */
final class Enqueueing {
    private static final int FEW = 64;

    private static final String RUN_COLUMNS =
            "id, batch, position, created, due, expires, task, priority, name, tags, payload, options, line";

    private static final String COPY_RUNS = "copy errand.run (" + RUN_COLUMNS + ") from stdin (format binary)";

    private static final String RUNS = "with r as (insert into errand.run (" + RUN_COLUMNS + """
            )
                 select * from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::int[],
                                      ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
            """;

    /**
     * With a key, the row has its line in the column that claims under limits fill: what is unclaimed counts for nothing, and a claim that
     * changes none of the columns that are in indexes writes to no index.
     *
     * <p>A claim is for a node that lives: one that was taken for dead meanwhile finds its chunks unclaimed. The lock of
     * the stream is taken before the position.
     */
    private static final String CHUNKS = """
                 t as (insert into errand.tag (tag, run) select * from unnest(?::text[], ?::uuid[])),
                 l as materialized (<stream>),
                 e as (insert into errand.event (stream, position, at, node, events, body)
                       select stream, nextval('errand.event_position'), ?, ?, ?, ? from l)
            insert into errand.chunk (line, position, first, last, single, state, batch, runs, priority, due, expires, held, claim)
            select u.line, u.position, u.first, u.last, false, u.state, u.batch, u.runs, u.priority, u.due, u.expires,
                   case when u.line >= 1099511627776 and u.state = 1 then u.line end,
                   case when u.claim = 0 or exists (select 1 from errand.node where number = u.claim >> 40 and gone is null)
                             and (select version from errand.rules) = ?
                        then u.claim else 0 end
              from unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::uuid[], ?::int[], ?::bigint[], ?::int[], ?::int[], ?::bigint[],
                          ?::bigint[], ?::bigint[])
                   u(line, position, first, last, state, batch, runs, priority, due, expires, claim)
            returning claim
            """;

    /** Within a transaction of a user's: nothing is claimed with it, and what is to be told is left for others to tell. */
    private static final String UNTOLD = """
             returning *),
                 t as (insert into errand.tag (tag, run) select * from unnest(?::text[], ?::uuid[])),
                 e as (insert into errand.untold (run, task, name, attempt, to_state, at)
                       select id, task, name, 0, case when due is null or due <= ? then 1 else 0 end, created from r)
            """;

    /** In a transaction that writes its events apart. */
    private static final String TOLD = """
            ),
                 t as (insert into errand.tag (tag, run) select * from unnest(?::text[], ?::uuid[]))
            """;

    private static final String UNCLAIMED_CHUNKS = """
            insert into errand.chunk (line, position, first, last, single, state, batch, runs, priority, due, expires, held, claim)
            select u.line, u.position, u.first, u.last, false, u.state, u.batch, u.runs, u.priority, u.due, u.expires,
                   case when u.line >= 1099511627776 and u.state = 1 then u.line end, u.claim
              from unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::uuid[], ?::int[], ?::bigint[], ?::int[], ?::int[], ?::bigint[],
                          ?::bigint[], ?::bigint[])
                   u(line, position, first, last, state, batch, runs, priority, due, expires, claim)
            """;

    private static final String OWN_CHUNKS = CHUNKS.replace("<stream>", Streams.OWN);
    private static final String SHARED_CHUNKS =
            CHUNKS.replace("<stream>", "select ?::bigint as stream, " + Streams.LOCK);
    private static final String FEW_RUNS = RUNS + "),\n" + OWN_CHUNKS;
    private static final String FEW_SHARED_RUNS = RUNS + "),\n" + SHARED_CHUNKS;
    private static final String CHUNKS_ONLY = "with " + OWN_CHUNKS.stripLeading();
    private static final String SHARED_CHUNKS_ONLY = "with " + SHARED_CHUNKS.stripLeading();
    private static final String UNTOLD_RUNS = RUNS + UNTOLD + UNCLAIMED_CHUNKS;
    private static final String TOLD_RUNS = RUNS + TOLD + UNCLAIMED_CHUNKS;
    /** Locked, which is written down, so that whoever hears of them may rely on them: a commit that writes waits for the standby. */
    private static final String KNOWN = "select id from errand.run where id = any(?) for key share";

    private final Surroundings surroundings;
    private final Direct direct;

    Enqueueing(Surroundings surroundings, Direct direct) {
        this.surroundings = surroundings;
        this.direct = direct;
    }

    /** As {@link #store}, leaving out runs that are stored already. */
    void storeNew(Database database, List<NewRun> runs) throws SQLException {
        List<NewRun> unknown = unknown(database, runs);
        if (!unknown.isEmpty()) {
            store(database, unknown);
        }
    }

    /** Those that are not stored already. */
    static List<NewRun> unknown(Database database, List<NewRun> runs) throws SQLException {
        UUID[] ids = Columns.ids(runs, NewRun::id);
        Sql look = database.sql(KNOWN).setObject(new UuidArray(ids));
        Set<Object> known = new HashSet<>(look.list(row -> row.getObject(1)));
        Database.requireReplicated(look.warnings());
        return runs.stream().filter(run -> known.add(Ids.uuid(run.id()))).toList();
    }

    /** Stores them in one commit, or nothing; fails where one is stored already. */
    void store(Database database, List<NewRun> runs) throws SQLException {
        learnTasks(database, runs);
        long now = surroundings.now();
        long node = surroundings.node();
        List<NewChunk> chunks = Chunks.of(runs, surroundings.tasks(), now);
        Direct.@Nullable Offer offer = direct.offer(chunks, runs.size());
        boolean done = false;
        try {
            EventEncoder events = events(chunks, now);
            boolean claimed = write(database, chunks, runs.size(), events, node, offer);
            done = true;
            if (offer != null) {
                offer.settle(claimed);
            }
            surroundings.enqueued(chunks, claimed);
        } finally {
            if (!done && offer != null) {
                offer.withdraw();
            }
        }
    }

    /** Nodes that know a task that nobody spoke of before need its number too; and those of its queues. */
    private void learnTasks(Database database, List<NewRun> runs) throws SQLException {
        if (surroundings.tasks().learn(database, runs)) {
            surroundings.committed(EnumSet.of(Notice.TASKS));
        }
    }

    /** Within a transaction of a user's, with one statement, so that a part of it is never left. */
    static void storeUntold(Database database, List<NewChunk> chunks, long now) throws SQLException {
        Sql insert = database.sql(UNTOLD_RUNS);
        runs(database, insert, chunks);
        tags(database, insert, chunks);
        insert.set(now);
        chunks(database, insert, chunks, null);
        insert.update();
    }

    /** Within a transaction that does more than that, and tells of them. Their tasks have numbers. */
    static void storeWithin(Tx tx, List<NewRun> runs) throws SQLException {
        List<NewChunk> chunks = Chunks.of(runs, tx.tasks(), tx.now());
        Sql insert = tx.sql(TOLD_RUNS);
        runs(tx.database(), insert, chunks);
        tags(tx.database(), insert, chunks);
        chunks(tx.database(), insert, chunks, null);
        insert.update();
        announce(tx.events(), chunks);
        for (NewChunk chunk : chunks) {
            if (chunk.state == States.QUEUED) {
                tx.tell(Notice.OLD_WORK); // when they are committed the head of their line may have passed them
            }
            if (chunk.state == States.DELAYED || chunk.expires != null) {
                tx.tell(Notice.REQUESTS);
            }
        }
    }

    /** Answers whether the runs are claimed as was offered. */
    private boolean write(
            Database database,
            List<NewChunk> chunks,
            int runs,
            EventEncoder events,
            long node,
            Direct.@Nullable Offer offer)
            throws SQLException {
        boolean shared = node == 0;
        long stream = shared ? Tx.SHARED_STREAM : Streams.enqueue(node);
        boolean few = runs <= FEW;
        if (!few) {
            database.begin();
        }
        try {
            if (!few) {
                copy(database, chunks);
            }
            Sql insert = database.sql(statement(few, shared));
            if (few) {
                runs(database, insert, chunks);
            }
            tags(database, insert, chunks);
            insert.set(stream)
                    .set(events.base())
                    .set(node)
                    .set((long) events.size())
                    .set(events.body())
                    .set(offer == null ? 0 : offer.rules());
            chunks(database, insert, chunks, offer);
            boolean claimed = insert.list(row -> row.getLong(1) != 0).getFirst();
            if (few) {
                Database.requireReplicated(insert.warnings());
            } else {
                database.commit();
            }
            return claimed;
        } catch (SQLException | RuntimeException e) {
            if (!few && !PostgresErrors.isOutage(e)) {
                database.rollback();
            }
            throw e;
        }
    }

    private static String statement(boolean few, boolean shared) {
        if (few) {
            return shared ? FEW_SHARED_RUNS : FEW_RUNS;
        }
        return shared ? SHARED_CHUNKS_ONLY : CHUNKS_ONLY;
    }

    private static EventEncoder events(List<NewChunk> chunks, long now) {
        EventEncoder events = new EventEncoder();
        events.begin(now);
        announce(events, chunks);
        return events;
    }

    private static void announce(EventEncoder events, List<NewChunk> chunks) {
        for (NewChunk chunk : chunks) {
            for (NewRun run : chunk.runs) {
                events.state(
                        run.id(),
                        chunk.task,
                        run.name(),
                        0,
                        null,
                        States.of(chunk.state),
                        Times.micros(run.createdAt()));
            }
        }
    }

    private static @Nullable Long due(NewRun run) {
        return run.dueAt().equals(run.createdAt()) ? null : (Long) Times.micros(run.dueAt());
    }

    private static @Nullable Long line(NewChunk chunk) {
        return chunk.line == chunk.task ? null : (Long) chunk.line;
    }

    private static void copy(Database database, List<NewChunk> chunks) throws SQLException {
        CopyRows rows = new CopyRows();
        for (NewChunk chunk : chunks) {
            for (NewRun run : chunk.runs) {
                rows.row(13)
                        .uuid(run.id())
                        .int8(chunk.batch)
                        .int8(chunk.origin)
                        .int8(Times.micros(run.createdAt()))
                        .int8(due(run))
                        .int8(Times.microsOrNull(run.expiresAt()))
                        .int4(chunk.task)
                        .int4(run.priority())
                        .text(Columns.storable(run.name()))
                        .text(Documents.tags(run.tags()))
                        .text(run.payload())
                        .text(Documents.options(run.options()))
                        .int8(line(chunk));
            }
        }
        rows.send(database.copy(), database.named(COPY_RUNS));
    }

    /** A run, and the chunk it is in. */
    private record Row(NewRun run, NewChunk chunk) {}

    private static void runs(Database database, Sql insert, List<NewChunk> chunks) throws SQLException {
        List<Row> rows = new ArrayList<>();
        chunks.forEach(chunk -> chunk.runs.forEach(run -> rows.add(new Row(run, chunk))));
        insert.setObject(new UuidArray(Columns.ids(rows, row -> row.run().id())))
                .setObject(database.array("int8", Columns.longs(rows, row -> row.chunk().batch)))
                .setObject(database.array("int8", Columns.longs(rows, row -> row.chunk().origin)))
                .setObject(database.array(
                        "int8",
                        Columns.longs(rows, row -> Times.micros(row.run().createdAt()))))
                .setObject(database.array("int8", Columns.nullable(rows, row -> due(row.run()))))
                .setObject(database.array(
                        "int8",
                        Columns.nullable(
                                rows, row -> Times.microsOrNull(row.run().expiresAt()))))
                .setObject(database.array("int4", Columns.ints(rows, row -> row.chunk().task)))
                .setObject(database.array(
                        "int4", Columns.ints(rows, row -> row.run().priority())))
                .setObject(database.array(
                        "text",
                        Columns.texts(rows, row -> Columns.storable(row.run().name()))))
                .setObject(database.array(
                        "text",
                        Columns.texts(rows, row -> Documents.tags(row.run().tags()))))
                .setObject(database.array(
                        "text", Columns.texts(rows, row -> new String(row.run().payload(), StandardCharsets.UTF_8))))
                .setObject(database.array(
                        "text",
                        Columns.texts(rows, row -> Documents.options(row.run().options()))))
                .setObject(database.array("int8", Columns.nullable(rows, row -> line(row.chunk()))));
    }

    private static void tags(Database database, Sql insert, List<NewChunk> chunks) throws SQLException {
        List<String> tags = new ArrayList<>();
        List<UUID> runs = new ArrayList<>();
        for (NewChunk chunk : chunks) {
            for (NewRun run : chunk.runs) {
                for (String tag : new HashSet<>(run.tags())) {
                    tags.add(tag);
                    runs.add(Ids.uuid(run.id()));
                }
            }
        }
        insert.setObject(database.array("text", tags.toArray(String[]::new)))
                .setObject(new UuidArray(runs.toArray(UUID[]::new)));
    }

    private static void chunks(Database database, Sql insert, List<NewChunk> chunks, Direct.@Nullable Offer offer)
            throws SQLException {
        insert.setObject(database.array("int8", Columns.longs(chunks, chunk -> chunk.line)))
                .setObject(database.array("int8", Columns.longs(chunks, chunk -> chunk.position)))
                .setObject(new UuidArray(Columns.ids(chunks, NewChunk::first)))
                .setObject(new UuidArray(Columns.ids(chunks, NewChunk::last)))
                .setObject(database.array("int4", Columns.ints(chunks, chunk -> chunk.state)))
                .setObject(database.array("int8", Columns.longs(chunks, chunk -> chunk.batch)))
                .setObject(database.array("int4", Columns.ints(chunks, chunk -> chunk.runs.size())))
                .setObject(database.array("int4", Columns.ints(chunks, chunk -> chunk.priority)))
                .setObject(database.array("int8", Columns.longs(chunks, chunk -> chunk.due)))
                .setObject(database.array("int8", Columns.nullable(chunks, chunk -> chunk.expires)))
                .setObject(
                        database.array("int8", Columns.longs(chunks, chunk -> offer == null ? 0 : offer.claim(chunk))));
    }
}
