package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Report;
import dev.errand.store.StoreSettings;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections that break: what waits, what is found again, and what does not wait for them. */
class LostConnectionTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    private static Settings settings(String url) {
        return Settings.of(new StoreSettings(url, null, Map.of(), Clock.systemUTC()));
    }

    @Test
    void aStoreClosesThoughItsDatabaseIsAway() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.port())) {
            PostgresStore store = PostgresStore.open(settings(server.url(database, proxy.port())), Clock.systemUTC());
            store.join("cut off", 1);
            proxy.refuse();
            proxy.cut();
            assertThat(store.record(List.of()).toCompletableFuture())
                    .as("so that the store knows")
                    .failsWithin(Duration.ofSeconds(60));
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                try {
                    store.close();
                } catch (StoreException e) {
                    assertThat(e).as("nothing could be given back").hasMessageContaining("127.0.0.1:" + proxy.port());
                }
            });
        }
    }

    @Test
    void aNodeGivesBackWhatItHoldsThoughItsConnectionsAreBroken() throws Exception {
        PostgresStore leaving = PostgresStore.open(settings(server.url(database)), Clock.systemUTC());
        leaving.join("leaving", 5);
        leaving.enqueue(NewRuns.many(2, "greet", Clock.systemUTC()));
        claim(leaving, "greet", 2);
        server.terminate(database);
        leaving.close();
        try (PostgresStore next = PostgresStore.open(settings(server.url(database)), Clock.systemUTC())) {
            next.join("next", 5);
            assertThat(claim(next, "greet", 2)).hasSize(2);
        }
    }

    @Test
    void aQuestionIsAnsweredThoughAllIdleConnectionsAreBroken() {
        Settings settings = settings(server.url(database));
        try (Pool pool = new Pool(settings, new Connections(settings))) {
            int two = pool.ask(first -> pool.ask(second -> 2));
            server.terminate(database);
            assertThat(pool.<Long>ask(connection -> connection.sql("select 1").number()))
                    .as("with %d connections before", two)
                    .isEqualTo(1);
        }
    }

    @Test
    void aClaimThatNobodyWasToldOfIsGivenBackHoweverLateItsCommitIsDone() throws Exception {
        Settings settings = settings(server.url(database));
        try (PostgresStore store = PostgresStore.open(settings, Clock.systemUTC());
                Database connection = new Connections(settings).open()) {
            long node = store.join("first", 5);
            store.enqueue(NewRuns.many(2, "known", Clock.systemUTC()));
            store.enqueue(NewRuns.many(2, "greet", Clock.systemUTC()));
            Claim known = claim(store, "known", 2).getFirst();
            Held held = new Held();
            held.add(new Held.Chunk(new Held.Key(1, 0, known.run(), false), known.id(), 2, false));
            Surroundings surroundings = new Surroundings(settings, new Time(Clock.systemUTC()));
            Reconciling reconciling = new Reconciling(surroundings, held, 0);
            surroundings.becomeNode(node);
            assertThat(reconciling.isDue()).as("without a doubt").isFalse();
            reconciling.doubt();
            reconciling.reconcile(connection);
            server.execute(
                    database, "update errand.chunk set claim = " + ClaimIds.id(node, 1_000) + " where claim = 0");
            assertThat(reconciling.isDue()).as("once more").isTrue();
            reconciling.reconcile(connection);
            assertThat(claim(store, "greet", 2)).hasSize(2);
            assertThat(server.query(database, "select count(*) from errand.chunk where claim = " + known.id()))
                    .isEqualTo("1");
        }
    }

    @Test
    void whoIsTakenForDeadWhileItLooksForClaimsGivesNoneBack() throws Exception {
        Settings settings = settings(server.url(database));
        try (PostgresStore store = PostgresStore.open(settings, Clock.systemUTC());
                Database connection = new Connections(settings).open();
                Connection rival = server.connect(database)) {
            long node = store.join("first", 5);
            store.enqueue(NewRuns.many(2, "greet", Clock.systemUTC()));
            claim(store, "greet", 2);
            Surroundings surroundings = new Surroundings(settings, new Time(Clock.systemUTC()));
            surroundings.becomeNode(node);
            Reconciling reconciling = new Reconciling(surroundings, new Held(), 0);
            rival.setAutoCommit(false);
            rival.createStatement().execute("lock table errand.chunk");
            CompletableFuture<Void> look = CompletableFuture.runAsync(() -> reconcile(reconciling, connection));
            awaitWaiting();
            surroundings.becomeNode(0); // and forgets what it held
            rival.commit();
            look.get(60, TimeUnit.SECONDS);
            assertThat(server.query(database, "select count(*) from errand.chunk where claim <> 0"))
                    .isEqualTo("1");
        }
    }

    @Test
    void whatIsGivenBackAfterSomeOfItEndedHoldsTheOthersOnly() throws Exception {
        Settings settings = settings(server.url(database));
        try (PostgresStore store = PostgresStore.open(settings, Clock.systemUTC());
                Database connection = new Connections(settings).open()) {
            long node = store.join("first", 5);
            store.enqueue(NewRuns.many(3, "greet", Clock.systemUTC()));
            List<Claim> claims = claim(store, "greet", 3);
            Instant now = Instant.now();
            Report end = new Report.Ended(claims.get(1), RunState.COMPLETED, now, now, null, null, null, false);
            store.record(List.of(end)).toCompletableFuture().get(60, TimeUnit.SECONDS);
            Surroundings surroundings = new Surroundings(settings, new Time(Clock.systemUTC()));
            surroundings.becomeNode(node);
            new Reconciling(surroundings, new Held(), 0).reconcile(connection);
            assertThat(claim(store, "greet", 3))
                    .extracting(Claim::run)
                    .containsExactly(claims.get(0).run(), claims.get(2).run());
        }
    }

    private static void reconcile(Reconciling reconciling, Database connection) {
        try {
            reconciling.reconcile(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitWaiting() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String waiting = "select count(*) from pg_locks where not granted and relation = 'errand.chunk'::regclass";
        while (!"1".equals(server.query(database, waiting))) {
            assertThat(System.nanoTime()).as("the look waits").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static List<Claim> claim(PostgresStore store, String task, int most) throws Exception {
        return store.claim(new ClaimRequest(most, Set.of(task)))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}
