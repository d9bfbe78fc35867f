package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.errand.CancelAnswer;
import dev.errand.Event;
import dev.errand.Limits;
import dev.errand.RunState;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions of users' that stay open, with a run's end in them, hold up nothing but that run. */
class OpenTransactionTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private Store store;
    private Connection transaction;

    @BeforeEach
    void openStore() throws SQLException {
        store = open();
        store.join("first", 10);
        transaction = server.connect(database);
        transaction.setAutoCommit(false);
    }

    @AfterEach
    void closeStore() throws SQLException {
        transaction.close();
        store.close();
    }

    private Store open() {
        return new PostgresStoreProvider()
                .open(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
    }

    private void endLeaseOfFirst() {
        server.execute(database, """
                update errand.node set beat = 0 where name = 'first';
                update errand.upkeep set leader = 0, until = 0, afresh = 0, looked = errand.now();
                """);
    }

    @Test
    void aNodeThatStandsStillInOneIsRecoveredAllTheSame() throws Exception {
        store.enqueue(NewRuns.many(3, "greet", Clock.systemUTC()));
        List<Claim> claims = claim(3);
        assertThat(complete(claims.getFirst())).isEqualTo(Receipt.RECORDED);
        try (Store other = open()) {
            other.join("other", 3);
            endLeaseOfFirst();
            assertThat(assertTimeoutPreemptively(SOON, other::recover)).isEqualTo(2);
            transaction.rollback();
            assertThat(other.recover()).as("what was locked then").isEqualTo(1);
        }
    }

    /** In the middle of saying that a body has left: the rest of what it held comes free all the same. */
    @Test
    void aNodeThatStandsStillWhileABodyLeavesIsRecoveredAllTheSame() throws Exception {
        store.enqueue(NewRuns.many(2, "greet", Clock.systemUTC()));
        Claim lingers = claim(2).getFirst();
        Instant now = Instant.now();
        Report.Ended end =
                new Report.Ended(lingers, RunState.TIMED_OUT, now, now, null, null, "it took too long", false);
        assertThat(store.record(List.of(new Report.Lingers(end)))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS))
                .containsExactly(Receipt.RECORDED);
        try (Statement statement = transaction.createStatement();
                Store other = open()) {
            assertThat(statement.executeUpdate("delete from errand.lingering")).isEqualTo(1);
            other.join("other", 3);
            endLeaseOfFirst();
            assertThat(assertTimeoutPreemptively(SOON, other::recover)).isEqualTo(1);
            assertThat(other.find(lingers.run()).orElseThrow().lingering()).isFalse();
            transaction.rollback();
            other.leave(); // which clears away what was locked then
            assertThat(server.query(database, "select count(*) from errand.lingering"))
                    .isEqualTo("0");
        }
    }

    @Test
    void requestsForRunsThatEndInThemHoldUpNoBeat() throws Exception {
        store.enqueue(NewRuns.many(3, "greet", Clock.systemUTC()));
        List<CompletableFuture<CancelAnswer>> answers = new ArrayList<>();
        for (Claim claim : claim(3)) {
            assertThat(complete(claim)).isEqualTo(Receipt.RECORDED);
            answers.add(CompletableFuture.supplyAsync(
                    () -> store.cancel(claim.run(), "x").answer(),
                    task -> Thread.ofPlatform().daemon().start(task)));
        }
        awaitLockWaiter();
        assertTimeoutPreemptively(SOON, () -> {
            for (int i = 0; i < 200; i++) {
                assertThat(store.beat()).isPresent();
            }
        });
        transaction.commit();
        for (CompletableFuture<CancelAnswer> answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(CancelAnswer.NOT_FOUND);
        }
    }

    @Test
    void aTriggerInSqlWithTheFirstKeyOfATaskHoldsUpNoChangeOfLimitsAndNoOtherTask() throws Exception {
        store.queues().declare(List.of(new QueueEntry("mail", Limits.none())));
        server.execute(database, """
                insert into errand.task (key, id, definition) values ('greet', 'greet', '{}'), ('other', 'other', '{}')
                    on conflict (key) do update set definition = '{}';
                """);
        try (Statement statement = transaction.createStatement()) {
            statement.execute("select errand.trigger('greet', '{}', queue => 'mail', key => 'first ever')");
        }
        assertTimeoutPreemptively(SOON, () -> {
            assertThat(store.queues().pause("mail", true)).isTrue();
            assertThat(store.queues().pause("mail", false)).isTrue();
            store.enqueue(List.of(NewRuns.of("other", Clock.systemUTC())
                    .options(RunOptions.NONE.withQueue("mail").withConcurrencyKey("k"))
                    .build()));
        });
        transaction.commit();
        assertThat(claim(5)).as("by whoever hears of the new key").hasSize(1);
    }

    @Test
    void aRunThatIsCompletedTwiceInOneIsRefusedAndWaitsForNobody() throws Exception {
        store.enqueue(NewRuns.many(1, "greet", Clock.systemUTC()));
        Claim claim = claim(1).getFirst();
        assertThat(complete(claim)).isEqualTo(Receipt.RECORDED);
        assertThat(assertTimeoutPreemptively(SOON, () -> complete(claim))).isEqualTo(Receipt.LOST);
        transaction.rollback();
        assertThat(complete(claim)).as("in a new one").isEqualTo(Receipt.RECORDED);
        transaction.commit();
        assertThat(store.find(claim.run()).orElseThrow().state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void allThatManyTriggersLeaveIsToldSoonAfterTheCommit() throws Exception {
        store.enqueue(transaction, NewRuns.many(2_500, "greet", Clock.systemUTC()));
        transaction.commit();
        assertTimeoutPreemptively(SOON, () -> {
            EventCursor cursor = EventCursor.START;
            List<Event> events = new ArrayList<>();
            while (events.size() < 2_500) {
                EventPage page = store.events(cursor, 10_000);
                events.addAll(page.events());
                cursor = page.next();
            }
            assertThat(events).extracting(Event::to).containsOnly(RunState.QUEUED);
        });
    }

    @Test
    void whoAwaitsARunThatEndsInOneBeginsToWaitAndIsToldAfterTheCommit() throws Exception {
        store.enqueue(NewRuns.many(1, "parent", Clock.systemUTC()));
        Claim parent = get(store.claim(new ClaimRequest(1, Set.of("parent")))).getFirst();
        NewRun child = NewRuns.of("greet", Clock.systemUTC())
                .options(RunOptions.NONE.withParent(parent.run()))
                .build();
        Instant now = store.clock().instant();
        StepEntry step = new StepEntry(1, "child:greet#1", "greet", 1, now, null, null, null);
        assertThat(store.spawn(new Spawn(parent, step, List.of(child), true))).isEqualTo(Receipt.RECORDED);
        assertThat(complete(claim(1).getFirst())).isEqualTo(Receipt.RECORDED);
        Report.Awaits awaits = new Report.Awaits(List.of(child.id()), List.of(), false);
        Report waiting = new Report.Waiting(parent, now, now, List.of(), null, awaits);
        assertThat(get(store.record(List.of(waiting)))).containsOnly(Receipt.RECORDED);
        store.advance();
        assertThat(store.ends(parent.run(), awaits.runs())).isEmpty();
        transaction.commit();
        assertTimeoutPreemptively(SOON, () -> {
            while (store.find(parent.run()).orElseThrow().state() == RunState.WAITING) {
                store.advance();
            }
        });
        assertThat(store.ends(parent.run(), awaits.runs()))
                .extracting(AwaitedEnd::state)
                .containsOnly(RunState.COMPLETED);
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private List<Claim> claim(int most) throws Exception {
        return store.claim(new ClaimRequest(most, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private Receipt complete(Claim claim) throws SQLException {
        Instant now = store.clock().instant();
        byte[] output = "1".getBytes(StandardCharsets.UTF_8);
        return store.complete(
                transaction,
                () -> null,
                new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false));
    }

    private void awaitLockWaiter() {
        String waiting = "select count(*) > 0 from pg_stat_activity where datname = '" + database
                + "' and wait_event_type = 'Lock'";
        assertTimeoutPreemptively(SOON, () -> {
            while (!"t".equals(server.query(database, waiting))) {
                Thread.onSpinWait();
            }
        });
    }
}
