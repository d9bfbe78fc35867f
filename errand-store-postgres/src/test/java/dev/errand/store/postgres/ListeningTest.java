package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.CommitListener;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.NewToken;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** News from other processes comes through, however much of it there is. */
class ListeningTest {
    private static final int HEARD = 2_000;
    /** After five seconds, and what a busy machine needs. */
    private static final Duration SAFETY_NET = Duration.ofSeconds(15);

    private final CountDownLatch heard = new CountDownLatch(HEARD);
    private volatile boolean stop;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Clock clock = Clock.systemUTC();

    private Store open() {
        return open("");
    }

    private Store open(String parameters) {
        StoreSettings settings = new StoreSettings(server.url(database) + parameters, null, Map.of(), clock);
        return PostgresStore.open(Settings.of(settings), clock);
    }

    /** As after an outage, when no node could renew its lease and none has looked yet. */
    @Test
    void whoFindsAllOthersSilentStillHearsThem() throws Exception {
        try (Store first = open();
                Store second = open()) {
            first.join("first", 10);
            second.join("second", 0);
            Heard atFirst = new Heard();
            Heard atSecond = new Heard();
            first.onCommit(atFirst);
            second.onCommit(atSecond);
            server.execute(database, "update errand.node set beat = 0; update errand.upkeep set afresh = 0");
            server.terminate(database);
            atFirst.awaitReconnected();
            atSecond.awaitReconnected();
            first.enqueue(List.of(NewRuns.of("greet", clock).build()));
            assertThat(atSecond.event.await(60, TimeUnit.SECONDS))
                    .as("the event is heard")
                    .isTrue();
        }
    }

    /** The other notifies nobody; no node looks after the store here. */
    @Test
    void whoIsToldNothingFindsWhatThereIsToDoByItself() throws Exception {
        try (Store first = open();
                Store silent = open("&errand.notify=off")) {
            first.join("first", 10);
            for (int round = 0; round < 2; round++) {
                CompletionStage<List<Claim>> standing = first.claim(new ClaimRequest(1, Set.of("greet")));
                List<NewRun> runs = NewRuns.many(1, "greet", clock);
                silent.enqueue(runs);
                List<Claim> claims = standing.toCompletableFuture().get(SAFETY_NET.toSeconds(), TimeUnit.SECONDS);
                assertThat(claims)
                        .extracting(Claim::run)
                        .containsExactly(runs.getFirst().id());
            }
        }
    }

    @Test
    void notificationsWithoutAPauseAreHeardWhileTheyGoOn() throws Exception {
        try (Store store = open();
                Connection other = server.connect(database)) {
            store.onCommit(new Counting());
            store.join("first", 10);
            Thread flood = Thread.ofPlatform().start(() -> flood(other));
            try {
                assertThat(heard.await(60, TimeUnit.SECONDS))
                        .as("%d of %d heard", HEARD - heard.getCount(), HEARD)
                        .isTrue();
            } finally {
                stop = true;
                flood.join();
            }
        }
    }

    @Test
    void whoLooksAfterTheStoreHearsOfTheEndOfARunThatAnotherAwaits() throws Exception {
        try (Store first = open();
                Store second = open()) {
            first.join("first", 10);
            second.join("second", 0);
            first.enqueue(NewRuns.many(1, "parent", clock));
            Claim parent = claim(first, "parent");
            List<NewRun> children = NewRuns.many(2, "greet", clock);
            StepEntry step = new StepEntry(1, "child:greet#1", "greet", 1, clock.instant(), null, null, null);
            assertThat(first.spawn(new Spawn(parent, step, children, true))).isEqualTo(Receipt.RECORDED);
            Claim claim = claim(first, "greet");
            Report.Awaits all =
                    new Report.Awaits(children.stream().map(NewRun::id).toList(), List.of(), false);
            Instant began = clock.instant();
            record(first, new Report.Waiting(parent, began, began, List.of(), null, all));
            Heard atFirst = new Heard();
            Heard atSecond = new Heard();
            first.onCommit(atFirst);
            second.onCommit(atSecond);
            Instant now = clock.instant();
            record(first, new Report.Ended(claim, RunState.COMPLETED, now, now, null, null, null, false));
            atFirst.awaitRequested();
            atSecond.awaitRequested();

            // as by a node that knows nothing of this
            RunId other = children.stream()
                    .map(NewRun::id)
                    .filter(id -> !id.equals(claim.run()))
                    .findFirst()
                    .orElseThrow();
            Heard afterwards = new Heard();
            second.onCommit(afterwards);
            server.execute(database, """
                    insert into errand.outcome (run, ended, state, attempt, redeliveries, retriable)
                    values ('%s', 0, 7, 0, 0, false)
                    """.formatted(Ids.uuid(other)));
            afterwards.awaitRequested();
        }
    }

    /** Also if a process ends it that is no node. */
    @Test
    void whoLooksAfterTheStoreHearsOfTheEndOfATokenThatARunAwaits() throws Exception {
        try (Store first = open();
                Store second = open();
                Store outside = open()) {
            first.join("first", 10);
            second.join("second", 0);
            Instant now = clock.instant();
            TokenId token = TokenId.random();
            outside.tokens().create(new NewToken(token, "ok", null, List.of(), now, now.plusSeconds(600), null));
            first.enqueue(NewRuns.many(1, "wait", clock));
            Report.Awaits awaits = new Report.Awaits(List.of(), List.of(token), false);
            record(first, new Report.Waiting(claim(first, "wait"), now, now, List.of(), null, awaits));
            Heard atFirst = new Heard();
            Heard atSecond = new Heard();
            first.onCommit(atFirst);
            second.onCommit(atSecond);
            assertThat(outside.tokens().end(token, null, "no")).contains(true);
            atFirst.awaitRequested();
            atSecond.awaitRequested();
        }
    }

    private static Claim claim(Store store, String task) throws Exception {
        return store.claim(new ClaimRequest(1, Set.of(task)))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
    }

    private static void record(Store store, Report report) throws Exception {
        assertThat(store.record(List.of(report)).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .containsOnly(Receipt.RECORDED);
    }

    private void flood(Connection connection) {
        try (PreparedStatement notify = connection.prepareStatement(
                "select set_config('synchronous_commit', 'off', true), pg_notify('errand', 'other:e')")) {
            while (!stop) {
                notify.execute();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is heard of others, once it listens again. */
    private static final class Heard implements CommitListener {
        private final CountDownLatch requested = new CountDownLatch(1);
        final CountDownLatch event = new CountDownLatch(1);

        @Override
        public void events(boolean foreign) {
            if (foreign && requested.getCount() == 0) {
                event.countDown();
            }
        }

        /** After a time without a connection anything is supposed, this last. */
        @Override
        public void requests() {
            requested.countDown();
        }

        void awaitReconnected() throws InterruptedException {
            assertThat(requested.await(60, TimeUnit.SECONDS))
                    .as("listens again")
                    .isTrue();
        }

        void awaitRequested() throws InterruptedException {
            assertThat(requested.await(60, TimeUnit.SECONDS))
                    .as("is told to look")
                    .isTrue();
        }
    }

    private final class Counting implements CommitListener {
        @Override
        public void events(boolean foreign) {
            if (foreign) {
                heard.countDown();
            }
        }

        @Override
        public void requests() {}
    }
}
