package dev.errand.store.postgres;

import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.RunId;
import dev.errand.store.BatchCounts;
import dev.errand.store.BatchDue;
import dev.errand.store.BatchEntry;
import dev.errand.store.BatchMember;
import dev.errand.store.BatchStore;
import dev.errand.store.NewItem;
import dev.errand.store.NewRun;
import dev.errand.store.copy.Kept;
import dev.errand.store.sql.BatchRows;
import dev.errand.store.sql.OpenBatches;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Batches. Who goes through one's runs, or ends it, has its row alone. */
final class Batches implements BatchStore {
    private static final String MEMBERS = """
            insert into errand.batch_run (batch, position, run, task, refused)
            select ?, u.* from unnest(?::int[], ?::uuid[], ?::text[], ?::text[]) u
            """;

    private static final String RUNS =
            "select run from errand.batch_run where batch = ? and refused is null order by position";

    private static final String ALL_MEMBERS =
            "select position, run, task, refused from errand.batch_run where batch = ? order by position";

    static final BatchRows.Dialect DIALECT = new BatchRows.Dialect(" for update", """
            select member.run, o.state,
                   o.state is null and (select true from errand.run where id = member.run limit 1) is not null
              from errand.batch_run member
              left join lateral (select state from errand.outcome where run = member.run limit 1) o on true
             where member.batch = ? and member.position >= ?
             order by member.position
             limit ?
            """, """
            select batch.id
              from errand.batch
              left join errand.batch_run member on member.batch = batch.number and member.position = batch.position
             where batch.completed is null and (batch.items is null or batch.items = batch.size)
               and ((select true from errand.outcome where run = member.run limit 1) is not null
                    or (select true from errand.run where id = member.run limit 1) is null)
             order by batch.number
             limit ?
            """, """
            select batch.id
              from errand.batch
             where batch.completed is null and batch.failed is null and batch.on_failure is not null
               and exists (select 1
                             from errand.batch_run member
                            where member.batch = batch.number and member.position >= batch.position
                              and (select state from errand.outcome where run = member.run limit 1) <> 5)
             order by batch.number
             limit ?
            """, Ids.FORMS);

    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;
    private final UserTransactions userTransactions;
    private final BatchFilling filling;

    Batches(Surroundings surroundings, Pool pool, Desk desk, UserTransactions userTransactions) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
        this.userTransactions = userTransactions;
        this.filling = new BatchFilling(surroundings, desk, userTransactions);
    }

    /** If the answer to the commit is lost it is sent once more, which changes nothing if it was stored. */
    @Override
    public void create(BatchEntry batch, List<NewRun> runs) {
        userTransactions.numberTasks(runs);
        Desk.again(() -> transact(runs, tx -> create(tx, batch, runs)));
        tellOfConflicts(runs);
    }

    /** One at a time where it may wait for others' transactions: the other connection is for the node's beat. */
    private boolean transact(List<NewRun> runs, Desk.Work<Boolean> work) {
        boolean mayWait = Conflicts.any(surroundings.tasks(), runs) || PendingCaps.any(surroundings.tasks(), runs);
        return mayWait ? desk.request(work) : desk.transact(work);
    }

    private static boolean create(Tx tx, BatchEntry batch, List<NewRun> runs) throws SQLException {
        boolean fresh = insert(tx.database(), batch, runs);
        if (fresh && !runs.isEmpty()) {
            PendingCaps.require(tx, runs);
            Conflicts.storeWithin(tx, runs);
        }
        return fresh;
    }

    private void tellOfConflicts(List<NewRun> runs) {
        if (Conflicts.any(surroundings.tasks(), runs)) {
            Untold.tellAll(desk);
        }
    }

    /** Without its runs themselves; false if it is there already. */
    static boolean insert(Database database, BatchEntry batch, List<NewRun> runs) throws SQLException {
        boolean fresh = BatchRows.insert(database::sql, batch);
        if (fresh && batch.size() > 0) {
            insertRuns(database, batch.id(), runs.stream().map(NewRun::id).toList());
        }
        return fresh;
    }

    private static void insertRuns(Database database, BatchId batch, List<RunId> runs) throws SQLException {
        List<BatchMember> members = new ArrayList<>(runs.size());
        runs.forEach(run -> members.add(new BatchMember(members.size(), run, null)));
        insertMembers(database, BatchRows.number(database::sql, batch), members);
    }

    static void insertMembers(Database database, long batch, List<BatchMember> members) throws SQLException {
        database.sql(MEMBERS)
                .set(batch)
                .setObject(database.array("int4", Columns.ints(members, BatchMember::index)))
                .setObject(new UuidArray(Columns.ids(members, BatchMember::run)))
                .setObject(database.array("text", Columns.texts(members, member -> task(member.refused()))))
                .setObject(database.array("text", Columns.texts(members, member -> reason(member.refused()))))
                .update();
    }

    private static @Nullable String task(BatchItem.@Nullable Refused refused) {
        return refused == null ? null : Columns.storable(refused.task());
    }

    private static @Nullable String reason(BatchItem.@Nullable Refused refused) {
        return refused == null ? null : Columns.storable(refused.reason());
    }

    /** One that was in another store. */
    static void copy(Database database, Kept.Batched kept) throws SQLException {
        BatchRows.insert(database::sql, kept.batch());
        if (!kept.members().isEmpty()) {
            insertMembers(database, BatchRows.number(database::sql, kept.batch().id()), kept.members());
        }
    }

    @Override
    public Opened open(BatchEntry batch) {
        return Desk.again(() -> desk.transact(tx -> OpenBatches.open(tx::sql, batch, tx.now())));
    }

    @Override
    public Optional<Filled> fill(BatchId batch, List<NewItem> items) {
        return filling.fill(batch, items);
    }

    @Override
    public List<BatchItem.Refused> refused(BatchId batch) {
        return pool.ask(database -> OpenBatches.refused(database::sql, batch));
    }

    @Override
    public void create(Connection connection, BatchEntry batch, List<NewRun> runs) throws SQLException {
        userTransactions.create(connection, batch, runs);
    }

    @Override
    public Optional<BatchEntry> find(BatchId batch) {
        return pool.ask(database -> BatchRows.find(database::sql, batch));
    }

    @Override
    public List<RunId> runs(BatchId batch) {
        return pool.ask(database -> runs(database, batch));
    }

    private static List<RunId> runs(Database database, BatchId batch) throws SQLException {
        return database.sql(RUNS).set(BatchRows.number(database::sql, batch)).list(row -> Ids.of(row.getObject(1)));
    }

    /** Hands over all of them, with their runs. */
    static void all(Database database, Consumer<Kept> taker) throws SQLException {
        for (BatchEntry batch : BatchRows.all(database::sql)) {
            taker.accept(new Kept.Batched(batch, members(database, batch.id())));
        }
    }

    private static List<BatchMember> members(Database database, BatchId batch) throws SQLException {
        return database.sql(ALL_MEMBERS)
                .set(BatchRows.number(database::sql, batch))
                .list(row -> BatchRows.member(row, DIALECT));
    }

    @Override
    public BatchCounts counts(BatchId batch) {
        return pool.ask(database -> BatchRows.counts(database::sql, DIALECT, batch));
    }

    @Override
    public BatchDue advance(BatchId batch) {
        return desk.transact(tx -> BatchRows.advance(tx::sql, DIALECT, batch));
    }

    @Override
    public boolean fail(BatchId batch, @Nullable NewRun callback) {
        return end(BatchRows::fail, batch, callback);
    }

    @Override
    public boolean complete(BatchId batch, @Nullable NewRun callback) {
        return end(BatchRows::complete, batch, callback);
    }

    /** Writes an end down, if nobody has. */
    private interface End {
        boolean write(BatchRows.Statements statements, BatchId batch, long now, @Nullable RunId callback)
                throws SQLException;
    }

    private boolean end(End end, BatchId batch, @Nullable NewRun callback) {
        if (callback != null) {
            userTransactions.numberTasks(List.of(callback));
        }
        boolean written = transact(callback == null ? List.of() : List.of(callback), tx -> {
            boolean first = end.write(tx::sql, batch, tx.now(), callback == null ? null : callback.id());
            if (first && callback != null) {
                Conflicts.storeWithin(tx, List.of(callback));
            }
            return first;
        });
        if (callback != null) {
            tellOfConflicts(List.of(callback));
        }
        return written;
    }

    @Override
    public List<BatchId> failing(int limit) {
        return pool.ask(database -> BatchRows.failing(database::sql, DIALECT, limit));
    }

    @Override
    public List<BatchId> ready(int limit) {
        return pool.ask(database -> BatchRows.ready(database::sql, DIALECT, limit));
    }
}
