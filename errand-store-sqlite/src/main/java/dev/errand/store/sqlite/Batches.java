package dev.errand.store.sqlite;

import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.RunId;
import dev.errand.store.BatchCounts;
import dev.errand.store.BatchDue;
import dev.errand.store.BatchEntry;
import dev.errand.store.BatchMember;
import dev.errand.store.BatchStore;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewItem;
import dev.errand.store.NewRun;
import dev.errand.store.copy.Kept;
import dev.errand.store.sql.BatchRows;
import dev.errand.store.sql.OpenBatches;
import dev.errand.store.sql.OpenBatches.Brought;
import dev.errand.store.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Batches: each change is one command of the writer's, so that no other comes between. */
final class Batches implements BatchStore {
    private static final String SCHEMA = "errand.";

    private static final Batch MEMBERS =
            new Batch("insert into batch_run (batch, position, run, task, refused) values %s", "(?, ?, ?, ?, ?)");

    private static final String RUNS =
            "select run from batch_run where batch = ? and refused is null order by position";

    private static final String ALL_MEMBERS =
            "select position, run, task, refused from batch_run where batch = ? order by position";

    private static final BatchRows.Dialect DIALECT = new BatchRows.Dialect("", """
            select member.run, outcome.state, run.number is not null and outcome.number is null
              from batch_run member
              left join run on run.id = member.run
              left join outcome on outcome.number = run.number
             where member.batch = ? and member.position >= ?
             order by member.position
             limit ?
            """, """
            select batch.id
              from batch
              left join batch_run member on member.batch = batch.number and member.position = batch.position
              left join run on run.id = member.run
              left join outcome on outcome.number = run.number
             where batch.completed is null and (batch.items is null or batch.items = batch.size)
               and (run.number is null or outcome.number is not null)
             order by batch.number
             limit ?
            """, """
            select batch.id
              from batch
             where batch.completed is null and batch.failed is null and batch.on_failure is not null
               and exists (select 1
                             from batch_run member
                             join run on run.id = member.run
                             join outcome on outcome.number = run.number
                            where member.batch = batch.number and member.position >= batch.position and outcome.state <> 5)
             order by batch.number
             limit ?
            """, Ids.FORMS);

    private final Writer writer;
    private final Readers readers;
    private final UserTransactions users;

    Batches(Writer writer, Readers readers, UserTransactions users) {
        this.writer = writer;
        this.readers = readers;
        this.users = users;
    }

    /** The statements that all stores share name a schema, of which there is none here. */
    private static BatchRows.Statements on(Database database) {
        return text -> database.sql(text.replace(SCHEMA, ""));
    }

    private static BatchRows.Statements on(Tx tx) {
        return on(tx.database());
    }

    @Override
    public void create(BatchEntry batch, List<NewRun> runs) {
        writer.call(tx -> create(tx, batch, runs));
    }

    @Override
    public void create(Connection connection, BatchEntry batch, List<NewRun> runs) throws SQLException {
        users.write(connection, tx -> create(tx, batch, runs));
    }

    /** Answers whether it was not there. */
    static boolean create(Tx tx, BatchEntry batch, List<NewRun> runs) throws SQLException {
        Enqueueing.requireRoom(tx, runs); // which runs that are there already need not have
        if (!BatchRows.insert(on(tx), batch)) {
            return false;
        }
        if (!runs.isEmpty()) {
            Enqueueing.enqueueAnyway(tx, runs);
        }
        if (batch.size() > 0) {
            insertRuns(tx.database(), batch.id(), runs.stream().map(NewRun::id).toList());
        }
        return true;
    }

    private static void insertRuns(Database database, BatchId batch, List<RunId> runs) throws SQLException {
        List<BatchMember> members = new ArrayList<>(runs.size());
        runs.forEach(run -> members.add(new BatchMember(members.size(), run, null)));
        insertMembers(database, BatchRows.number(on(database), batch), members);
    }

    private static void insertMembers(Database database, long batch, List<BatchMember> all) throws SQLException {
        Batch.each(all, some -> {
            Sql insert = database.sql(MEMBERS.text(some.size()));
            for (BatchMember member : some) {
                BatchItem.Refused refused = member.refused();
                insert.set(batch)
                        .set((long) member.index())
                        .set(Ids.bytes(member.run()))
                        .set(refused == null ? null : BatchRows.storable(refused.task()))
                        .set(refused == null ? null : BatchRows.storable(refused.reason()));
            }
            insert.update();
        });
    }

    /** One that was in another store. */
    static void copy(Database database, Kept.Batched kept) throws SQLException {
        BatchRows.insert(on(database), kept.batch());
        insertMembers(database, BatchRows.number(on(database), kept.batch().id()), kept.members());
    }

    @Override
    public Opened open(BatchEntry batch) {
        return writer.call(tx -> OpenBatches.open(on(tx), batch, tx.now()));
    }

    @Override
    public Optional<Filled> fill(BatchId batch, List<NewItem> items) {
        return writer.call(tx -> fill(tx, batch, items));
    }

    private static Optional<Filled> fill(Tx tx, BatchId batch, List<NewItem> items) throws SQLException {
        Brought brought =
                OpenBatches.bring(on(tx), DIALECT, batch, items, tx.now()).orElse(null);
        if (brought == null) {
            return Optional.empty();
        }
        List<KeyStore.Stored> stored = store(tx, brought.runs());
        insertMembers(tx.database(), brought.number(), brought.members(stored));
        return Optional.of(OpenBatches.count(on(tx), brought, tx.now()));
    }

    private static List<KeyStore.Stored> store(Tx tx, List<KeyedRun> runs) throws SQLException {
        if (runs.stream().anyMatch(KeyedRun::hasKey)) {
            return Keys.enqueue(tx, runs);
        }
        List<NewRun> fresh = runs.stream().map(KeyedRun::run).toList();
        if (!fresh.isEmpty()) {
            Enqueueing.enqueue(tx, fresh);
        }
        return fresh.stream().map(run -> new KeyStore.Stored(run.id(), false)).toList();
    }

    @Override
    public List<BatchItem.Refused> refused(BatchId batch) {
        return readers.ask(database -> OpenBatches.refused(on(database), batch));
    }

    @Override
    public Optional<BatchEntry> find(BatchId batch) {
        return readers.ask(database -> BatchRows.find(on(database), batch));
    }

    @Override
    public List<RunId> runs(BatchId batch) {
        return readers.ask(database -> runs(database, batch));
    }

    private static List<RunId> runs(Database database, BatchId batch) throws SQLException {
        return database.sql(RUNS).set(BatchRows.number(on(database), batch)).list(row -> Ids.of(row.getBytes(1)));
    }

    /** Hands over all of them, with their runs. */
    static void all(Database database, Consumer<Kept> taker) throws SQLException {
        for (BatchEntry batch : BatchRows.all(on(database))) {
            taker.accept(new Kept.Batched(batch, members(database, batch.id())));
        }
    }

    private static List<BatchMember> members(Database database, BatchId batch) throws SQLException {
        return database.sql(ALL_MEMBERS)
                .set(BatchRows.number(on(database), batch))
                .list(row -> BatchRows.member(row, DIALECT));
    }

    @Override
    public BatchCounts counts(BatchId batch) {
        return readers.ask(database -> BatchRows.counts(on(database), DIALECT, batch));
    }

    @Override
    public BatchDue advance(BatchId batch) {
        return writer.call(tx -> BatchRows.advance(on(tx), DIALECT, batch));
    }

    @Override
    public boolean fail(BatchId batch, @Nullable NewRun callback) {
        return writer.call(tx -> {
            boolean first = BatchRows.fail(on(tx), batch, tx.now(), callback == null ? null : callback.id());
            return first && enqueue(tx, callback);
        });
    }

    @Override
    public boolean complete(BatchId batch, @Nullable NewRun callback) {
        return writer.call(tx -> {
            boolean first = BatchRows.complete(on(tx), batch, tx.now(), callback == null ? null : callback.id());
            return first && enqueue(tx, callback);
        });
    }

    private static boolean enqueue(Tx tx, @Nullable NewRun callback) throws SQLException {
        if (callback != null) {
            Enqueueing.enqueueAnyway(tx, List.of(callback)); // the batch was taken with it
        }
        return true;
    }

    @Override
    public List<BatchId> ready(int limit) {
        return readers.ask(database -> BatchRows.ready(on(database), DIALECT, limit));
    }

    @Override
    public List<BatchId> failing(int limit) {
        return readers.ask(database -> BatchRows.failing(on(database), DIALECT, limit));
    }

    /** See {@link OpenBatches#giveUp}; answers how many. */
    static int giveUp(Tx tx) throws SQLException {
        return OpenBatches.giveUp(on(tx), tx.now());
    }

    /** Deletes some that were complete by then. */
    static int prune(Tx tx, long until, int limit) throws SQLException {
        return BatchRows.prune(on(tx), until, limit);
    }
}
