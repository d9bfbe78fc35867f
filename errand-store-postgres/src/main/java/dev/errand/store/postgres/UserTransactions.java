package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.BatchEntry;
import dev.errand.store.Claim;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.postgres.Chunks.NewChunk;
import dev.errand.store.sql.KeyedBatch;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes within transactions of users'. They may stay open for long, so they touch no row that others need and write no events: what is
 * to be told is left in {@code untold}, for the first node that sees it after the commit. So is that somebody awaits a run that has ended,
 * which the database's triggers are told by {@code errand.later}.
 */
final class UserTransactions {
    private static final String LOCK_AND_NOTIFY = """
            select pg_advisory_xact_lock_shared(k)::text from unnest(?::bigint[]) k
            union all
            select pg_notify(?, ?)::text where ?
            union all
            select set_config('errand.later', 'on', true)
            """;

    private static final String SHARE_LOCK = "select pg_advisory_xact_lock_shared(?)::text";

    private static final String COMPLETE = """
            with gone as (
                delete from errand.chunk
                 where first = ? and last = ? and started is not null and claim = ? and cancel is null
                returning line),
            ended as (
                insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output)
                select ?, ?, ?, ?, 5, ?, ?, false, ? from gone),
            told as (
                insert into errand.untold (run, task, name, attempt, from_state, to_state, at)
                select ?, (select task from errand.run where id = ?), ?, ?, 2, 5, ? from gone)
            select (select task from errand.run where id = ?), case when ? then pg_notify(?, ?)::text end,
                   set_config('errand.later', 'on', true)
              from gone
            """;

    private static final String RAISED = """
            insert into errand.untold (run, task, name, attempt, at, event, data) values (?, ?, ?, ?, ?, ?, ?)
            """;

    private final Surroundings surroundings;
    private final Pool pool;
    private final Trip trip;
    private final SameDatabase same;
    private final TransactionLocks locks;

    UserTransactions(Surroundings surroundings, Pool pool, Trip trip) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.trip = trip;
        this.same = new SameDatabase(surroundings.settings(), pool);
        this.locks = new TransactionLocks(pool);
    }

    boolean awaitEnd(RunId run, Duration timeout) throws InterruptedException {
        return locks.awaitFree(run, timeout);
    }

    /**
     * For statements within it; to be closed, which leaves it as it is.
     *
     * @throws IllegalArgumentException if the connection leads to another database than the store's
     */
    Database within(Connection connection) throws SQLException {
        same.check(connection);
        return Database.of(connection, surroundings.settings().schema());
    }

    // ── enqueue

    void enqueue(Connection connection, List<NewRun> runs) throws SQLException {
        if (runs.isEmpty()) {
            return;
        }
        same.check(connection);
        numberTasks(runs);
        try (Database database = Database.of(connection, surroundings.settings().schema())) {
            store(database, runs, surroundings.now());
        }
    }

    private void store(Database database, List<NewRun> runs, long now) throws SQLException {
        List<NewChunk> chunks = Chunks.of(runs, surroundings.tasks(), now);
        if (PendingCaps.any(surroundings.tasks(), runs)) {
            new PendingCaps(database, surroundings.tasks()).take(runs);
        }
        boolean conflicts = Conflicts.any(surroundings.tasks(), runs);
        lockAndNotify(database, runs, chunks, conflicts);
        if (conflicts) {
            Conflicts.store(new Tx(database, surroundings.tasks(), now, surroundings.node()), runs);
        } else {
            Enqueueing.storeUntold(database, chunks, now);
        }
    }

    /** A batch's id is good from now on as its runs' are. */
    void create(Connection connection, BatchEntry batch, List<NewRun> runs) throws SQLException {
        if (runs.isEmpty()) {
            same.check(connection);
        } else {
            enqueue(connection, runs);
        }
        try (Database database = Database.of(connection, surroundings.settings().schema())) {
            database.sql(SHARE_LOCK)
                    .set(TransactionLocks.key(batch.id().high(), batch.id().low()))
                    .each(row -> {});
            Batches.insert(database, batch, runs);
        }
    }

    /** The locks of the keys are kept by the transaction: who wants one of them waits, in a transaction of his own like this one. */
    List<KeyStore.Stored> enqueueKeyed(Connection connection, List<KeyedRun> runs) throws SQLException {
        KeyedBatch.requireNoDebounce(runs);
        same.check(connection);
        numberTasks(runs.stream().map(KeyedRun::run).toList());
        try (Database database = Database.of(connection, surroundings.settings().schema())) {
            long now = surroundings.now();
            KeyedBatch batch = new KeyedBatch(runs);
            KeyedEnqueueing keyed =
                    new KeyedEnqueueing(new Tx(database, surroundings.tasks(), now, surroundings.node()));
            KeyLocks.of(batch.keys(), surroundings.tasks()).await(database);
            keyed.look(batch);
            List<KeyStore.Stored> answers = batch.decide();
            List<NewRun> fresh = batch.fresh();
            if (!fresh.isEmpty()) {
                store(database, fresh, now);
            }
            keyed.hold(batch);
            return answers;
        }
    }

    /** On a connection of this store's: a number is known to all before anything refers to it. */
    void numberTasks(List<NewRun> runs) {
        numberTasks(surroundings, pool, runs);
    }

    static void numberTasks(Surroundings surroundings, Pool pool, List<NewRun> runs) {
        TaskNumbers tasks = surroundings.tasks();
        boolean known = runs.stream().noneMatch(run -> tasks.line(run.task(), run.options()) == null);
        if (!known && pool.ask(database -> tasks.learn(database, runs))) {
            surroundings.committed(EnumSet.of(Notice.TASKS));
        }
    }

    /** The notification goes out with the commit, if there is one. */
    private void lockAndNotify(Database database, List<NewRun> runs, List<NewChunk> chunks, boolean conflicts)
            throws SQLException {
        // When they are committed the head of their line may have passed them.
        StringBuilder letters = new StringBuilder().append(Notice.UNTOLD.letter());
        if (chunks.stream().anyMatch(chunk -> chunk.state == States.QUEUED)) {
            letters.append(Notice.OLD_WORK.letter());
        }
        if (conflicts || chunks.stream().anyMatch(chunk -> chunk.state == States.DELAYED || chunk.expires != null)) {
            letters.append(Notice.REQUESTS.letter());
        }
        database.sql(LOCK_AND_NOTIFY)
                .setObject(database.array("int8", TransactionLocks.keys(runs)))
                .set(Notifier.channel(surroundings.settings().schema()))
                .set(payload(letters))
                .setObject(surroundings.settings().notifies())
                .each(row -> {});
    }

    /** From nobody: this process, too, hears of it only so. */
    static String payload(CharSequence letters) {
        return ":" + letters;
    }

    // ── complete

    Receipt complete(Connection connection, Supplier<Report.@Nullable Noted> noted, Report.Ended end)
            throws SQLException {
        same.check(connection);
        if (setApart(end) == Receipt.LOST) {
            return Receipt.LOST;
        }
        try (Database database = Database.of(connection, surroundings.settings().schema())) {
            Integer task = end(database, end);
            if (task == null) {
                return Receipt.LOST;
            }
            Report.Noted notes = noted.get();
            if (notes != null) {
                note(database, notes, task);
            }
            return Receipt.RECORDED;
        }
    }

    /**
     * Once its start is recorded a run has a row of its own, which the user's transaction may lock. Nobody looks at that row again if it
     * is there: this transaction may have locked it before, and would be waited for.
     */
    private Receipt setApart(Report.Ended end) {
        if (trip.isStarted(end.claim())) {
            record(); // what is being recorded just now, this start perhaps
        }
        return trip.isStarted(end.claim())
                ? Receipt.RECORDED
                : record(new Report.Started(end.claim(), end.startedAt() == null ? end.at() : end.startedAt()))
                        .getFirst();
    }

    private List<Receipt> record(Report... reports) {
        try {
            return trip.record(List.of(reports)).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The number of its task; null if the claim is not held, or somebody was told that the run stops. */
    private @Nullable Integer end(Database database, Report.Ended end) throws SQLException {
        Claim claim = end.claim();
        Object run = Ids.uuid(claim.run());
        byte[] output = end.output();
        return database.sql(COMPLETE)
                .setObject(run)
                .setObject(run)
                .set(claim.id())
                .setObject(run)
                .set(claim.id())
                .set(Times.microsOrNull(end.startedAt()))
                .set(Times.micros(end.at()))
                .set((long) Ends.attempt(end))
                .set((long) claim.redeliveries())
                .set(output == null ? null : new String(output, StandardCharsets.UTF_8))
                .setObject(run)
                .setObject(run)
                .set(claim.name())
                .set((long) claim.attempt())
                .set(Times.micros(end.at()))
                .setObject(run)
                .setObject(surroundings.settings().notifies())
                .set(Notifier.channel(surroundings.settings().schema()))
                .set(payload(String.valueOf(Notice.UNTOLD.letter())))
                .first(row -> row.getInt(1))
                .orElse(null);
    }

    private void note(Database database, Report.Noted notes, int task) throws SQLException {
        long now = surroundings.now();
        Claim claim = notes.claim();
        Notes.write(new Tx(database, surroundings.tasks(), now, surroundings.node()), notes); // which tells nobody
        for (Report.Raised raised : notes.raised()) {
            Sql insert = database.sql(RAISED)
                    .setObject(Ids.uuid(claim.run()))
                    .set((long) task)
                    .set(claim.name())
                    .set((long) claim.attempt())
                    .set(Times.micros(raised.at()))
                    .set(raised.name())
                    .set(raised.data());
            insert.update();
        }
    }
}
