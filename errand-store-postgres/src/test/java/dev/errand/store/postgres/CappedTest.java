package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.BatchId;
import dev.errand.Limits;
import dev.errand.QueueFullException;
import dev.errand.RunQuery;
import dev.errand.StoreException;
import dev.errand.store.BatchEntry;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Full queues, and others who use the database at the same time. */
class CappedTest {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final Clock CLOCK = Clock.systemUTC();

    private String database = "";
    private PostgresStore store;

    @BeforeEach
    void open() {
        database = SERVER.createDatabase();
        store = PostgresStore.open(Settings.of(new StoreSettings(SERVER.url(database), null, Map.of(), CLOCK)), CLOCK);
        store.queues().declare(List.of(new QueueEntry("mail", Limits.none().maxPending(2))));
    }

    @AfterEach
    void close() {
        store.close();
        SERVER.dropDatabase(database);
    }

    private static List<NewRun> mails(int count) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(NewRuns.of("greet", CLOCK)
                    .options(RunOptions.NONE.withQueue("mail"))
                    .build());
        }
        return runs;
    }

    @Test
    void aTransactionThatStaysOpenKeepsNobodyWaitingAndIsNotCounted() throws Exception {
        try (Connection connection = SERVER.connect(database)) {
            connection.setAutoCommit(false);
            store.enqueue(connection, mails(1));
            CompletableFuture.runAsync(() -> store.enqueue(mails(2))).get(60, TimeUnit.SECONDS);
            assertThatExceptionOfType(QueueFullException.class)
                    .isThrownBy(() -> store.enqueue(connection, mails(1)))
                    .satisfies(refusal -> assertThat(refusal.pending()).isEqualTo(3));
            connection.commit();
        }
        assertThat(store.list(RunQuery.all()).items()).hasSize(3);
        assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> store.enqueue(mails(1)));
    }

    /** One who has the lock of mails. */
    private Connection counting() throws SQLException {
        Connection connection = SERVER.connect(database);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    select pg_advisory_xact_lock(hashtext('errand.pending'), number) from errand.queue where key = 'mail'
                    """);
        }
        return connection;
    }

    private static FutureTask<Boolean> start(Runnable trigger) {
        FutureTask<Boolean> task = new FutureTask<>(trigger, true);
        new Thread(task).start();
        return task;
    }

    private FutureTask<Boolean> enqueueing(List<NewRun> runs) {
        return start(() -> store.enqueue(runs));
    }

    /** Returns the session that waits for the lock, once there is one. */
    private String awaitWaiting(String butNot) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String waiting = """
                select min(pid) from pg_locks
                 where not granted and locktype = 'advisory'
                   and database = (select oid from pg_database where datname = current_database())
                """;
        while (true) {
            String session = SERVER.query(database, waiting);
            if (session != null && !session.equals(butNot)) {
                return session;
            }
            assertThat(System.nanoTime()).as("somebody waits for the lock").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private String awaitWaiting() throws InterruptedException {
        return awaitWaiting("");
    }

    @Test
    void whoCountsKeepsNobodyWaitingWhoTriggersElsewhere() throws Exception {
        FutureTask<Boolean> mail;
        try (Connection other = counting()) {
            mail = enqueueing(mails(1));
            awaitWaiting();
            for (String task : List.of("greet", "greet", "of which nobody spoke before")) {
                List<NewRun> plain = List.of(NewRuns.of(task, CLOCK).build());
                CompletableFuture.runAsync(() -> store.enqueue(plain)).get(60, TimeUnit.SECONDS);
            }
            assertThat(mail.isDone()).isFalse();
            other.rollback();
        }
        mail.get(60, TimeUnit.SECONDS);
        assertThat(store.list(RunQuery.all()).items()).hasSize(4);
    }

    @Test
    void aNodeBeatsWhileItsTriggersWait() throws Exception {
        store.join("node", 10);
        List<FutureTask<Boolean>> triggers;
        try (Connection other = counting()) {
            triggers = List.of(enqueueing(mails(1)), start(() -> store.batches().create(batch(), mails(1))));
            awaitWaiting();
            assertThat(CompletableFuture.supplyAsync(store::beat).get(60, TimeUnit.SECONDS))
                    .isPresent();
            other.rollback();
        }
        // Had the beat waited for them, they would have waited for too long by now.
        for (FutureTask<Boolean> trigger : triggers) {
            trigger.get(60, TimeUnit.SECONDS);
        }
    }

    /** Of many who trigger while somebody else counts, one has more than can be stored, and one what cannot be. */
    @Test
    void thoseWhoWaitShareACommitAndNobodyIsRefusedForAnothersSake() throws Exception {
        store.queues().declare(List.of(new QueueEntry("mail", Limits.none().maxPending(30))));
        FutureTask<Boolean> first;
        List<FutureTask<Boolean>> others = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try (Connection other = counting()) {
            first = enqueueing(mails(1));
            awaitWaiting();
            for (int i = 0; i < 20; i++) {
                List<NewRun> runs = mails(i == 7 ? 31 : 1);
                FutureTask<Boolean> task = new FutureTask<>(() -> store.enqueue(runs), true);
                others.add(task);
                threads.add(new Thread(task));
            }
            threads.forEach(Thread::start);
            awaitTurns(threads);
            other.rollback();
        }
        first.get(60, TimeUnit.SECONDS);
        for (int i = 0; i < others.size(); i++) {
            FutureTask<Boolean> trigger = others.get(i);
            if (i == 7) {
                assertThatThrownBy(() -> trigger.get(60, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(QueueFullException.class);
            } else {
                trigger.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(store.list(RunQuery.all().limit(100)).items()).hasSize(20);
        assertThat(SERVER.query(database, "select count(*) from errand.event"))
                .as("commits that stored runs")
                .isEqualTo("2");
    }

    private static void awaitTurns(List<Thread> threads) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
            assertThat(System.nanoTime()).as("all wait for their turn").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void whatCannotBeStoredSpoilsNoOther() throws Exception {
        store.queues().declare(List.of(new QueueEntry("mail", Limits.none().maxPending(3))));
        FutureTask<Boolean> first;
        FutureTask<Boolean> bad;
        FutureTask<Boolean> good;
        try (Connection other = counting()) {
            first = enqueueing(mails(1));
            awaitWaiting();
            bad = enqueueing(List.of(NewRuns.of("greet", CLOCK)
                    .options(RunOptions.NONE.withQueue("mail"))
                    .payload("\0") // no text of PostgreSQL's has it
                    .build()));
            good = enqueueing(mails(1));
            other.rollback();
        }
        first.get(60, TimeUnit.SECONDS);
        good.get(60, TimeUnit.SECONDS);
        assertThatThrownBy(() -> bad.get(60, TimeUnit.SECONDS)).cause().isInstanceOf(StoreException.class);
        assertThat(store.list(RunQuery.all()).items()).hasSize(2);
    }

    @Test
    void whoWaitsForTooLongHearsThatNothingWasStored() throws Exception {
        try (Connection other = counting()) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> store.enqueue(mails(1)))
                    .withMessageContainingAll("'mail'", "nothing was stored");
            other.rollback();
        }
        store.enqueue(mails(1));
        assertThat(store.list(RunQuery.all()).items()).hasSize(1);
    }

    /** The one that has stored them has the lock until its commit; who lost its answer is a new session. */
    @Test
    void whatACommitInDoubtHasStoredIsNotRefused() throws Exception {
        List<NewRun> runs = mails(2);
        FutureTask<Boolean> again;
        try (Connection inDoubt = counting()) {
            store.enqueue(inDoubt, runs);
            again = enqueueing(runs);
            String broken = awaitWaiting();
            SERVER.execute(database, "select pg_terminate_backend(" + broken + ")");
            awaitWaiting(broken);
            inDoubt.commit();
        }
        assertThat(again.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(store.list(RunQuery.all()).items()).hasSize(2);
    }

    @Test
    void inWhateverWayTwoNodesTriggerThereAreNoMoreThanTheLimit() throws Exception {
        store.queues().declare(List.of(new QueueEntry("mail", Limits.none().maxPending(60))));
        try (PostgresStore second = PostgresStore.open(
                Settings.of(new StoreSettings(SERVER.url(database), null, Map.of(), CLOCK)), CLOCK)) {
            List<FutureTask<Integer>> ways = new ArrayList<>();
            for (PostgresStore each : List.of(store, second)) {
                each.join("node", 10);
                each.enqueue(List.of(NewRuns.of("parent", CLOCK).build()));
                Claim parent = each.claim(new ClaimRequest(1, Set.of("parent")))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS)
                        .getFirst();
                AtomicInteger steps = new AtomicInteger();
                ways.add(new FutureTask<>(() -> untilFull(2, each::enqueue)));
                ways.add(new FutureTask<>(
                        () -> untilFull(1, runs -> each.batches().create(batch(), runs))));
                ways.add(new FutureTask<>(() ->
                        untilFull(3, runs -> each.spawn(spawn(parent, steps.incrementAndGet(), runs)))));
            }
            ways.forEach(way -> new Thread(way).start());
            int stored = 0;
            for (FutureTask<Integer> way : ways) {
                stored += way.get(60, TimeUnit.SECONDS);
            }
            assertThat(stored).isEqualTo(60);
        }
        assertThat(store.list(RunQuery.all().tasks("greet").limit(100)).items()).hasSize(60);
    }

    /** Answers how many runs were stored so, that many at a time, and one by one in the end. */
    private static int untilFull(int atATime, Consumer<List<NewRun>> way) {
        int stored = 0;
        for (int size = atATime; size > 0; ) {
            try {
                way.accept(mails(size));
                stored += size;
            } catch (QueueFullException e) {
                size--;
            }
        }
        return stored;
    }

    private static Spawn spawn(Claim parent, int step, List<NewRun> runs) {
        byte[] result = Integer.toString(step).getBytes(StandardCharsets.US_ASCII);
        return new Spawn(
                parent,
                new StepEntry(
                        step, "trigger:greet#" + step, "greet", 1, CLOCK.instant(), CLOCK.instant(), result, null),
                runs,
                false);
    }

    @Test
    void anIdThatComesTwiceInACallIsStoredOnce() {
        NewRun mail = mails(1).getFirst();
        store.enqueue(List.of(mail, mail));
        assertThat(store.list(RunQuery.all()).items()).hasSize(1);
    }

    @Test
    void runsThatSleepAreNotLookedAt() throws Exception {
        store.enqueue(mails(1));
        SERVER.execute(database, """
                insert into errand.chunk (line, position, first, last, single, state, batch, runs, priority, due)
                select line, 9223372036854775807, gen_random_uuid(), gen_random_uuid(), true, 4, 0, 1, 0, 0
                  from (select line from errand.chunk limit 1) l, generate_series(1, 5000);
                analyze errand.chunk;
                """);
        try (Connection connection = SERVER.connect(database);
                PreparedStatement count = connection.prepareStatement(PendingCaps.COUNT_OF_QUEUE);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local enable_seqscan = off");
            try (ResultSet queue = statement.executeQuery("select number from errand.queue where key = 'mail'")) {
                queue.next();
                count.setInt(1, queue.getInt(1));
            }
            count.setInt(2, -1);
            for (int i = 3; i <= 6; i++) {
                count.setLong(i, 3);
            }
            try (ResultSet counted = count.executeQuery()) {
                counted.next();
                assertThat(counted.getInt(1)).isEqualTo(1);
            }
            try (ResultSet read = statement.executeQuery("""
                    select idx_tup_fetch + seq_tup_read from pg_stat_xact_user_tables where relname = 'chunk'
                    """)) {
                read.next();
                assertThat(read.getInt(1)).as("rows that were read").isLessThan(100);
            }
            connection.rollback();
        }
    }

    @Test
    void whoIsRefusedCostsNobodyAConnection() throws Exception {
        store.enqueue(mails(2));
        for (int i = 0; i < 5; i++) {
            assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> store.enqueue(mails(1)));
            assertThatExceptionOfType(QueueFullException.class)
                    .isThrownBy(() -> store.batches().create(batch(), mails(1)));
        }
        int before = sessions();
        for (int i = 0; i < 20; i++) {
            assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> store.enqueue(mails(1)));
            assertThatExceptionOfType(QueueFullException.class)
                    .isThrownBy(() -> store.batches().create(batch(), mails(1)));
        }
        assertThat(sessions() - before)
                .as("connections opened meanwhile, some by others than those who were refused")
                .isLessThan(10);
    }

    /** How many there ever were. */
    private int sessions() {
        return Integer.parseInt(SERVER.query(
                "postgres", "select sessions from pg_stat_database where datname = '%s'".formatted(database)));
    }

    private static BatchEntry batch() {
        Instant now = CLOCK.instant();
        return new BatchEntry(BatchId.next(now), null, now, 1, null, null, null, null, null, null);
    }
}
