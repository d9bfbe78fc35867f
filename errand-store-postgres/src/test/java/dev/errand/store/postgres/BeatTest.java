package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.process.Standstill;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node says in time that it lives, whatever else keeps it from its database. */
class BeatTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Settings settings =
            Settings.of(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
    private final PostgresStore store = PostgresStore.open(settings, Clock.systemUTC());
    private final Connection rival = server.connect(database);
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

    @BeforeEach
    void begin() throws SQLException {
        store.join("first", 4);
        rival.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        rival.close();
        threads.shutdown();
        store.close();
    }

    private void lock(String sql) throws SQLException {
        try (Statement statement = rival.createStatement()) {
            statement.execute(sql);
        }
    }

    private void awaitWaiting(int sessions, String query) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!String.valueOf(sessions).equals(server.query(database, waiting(query)))) {
            assertThat(System.nanoTime()).as("%d wait with %s", sessions, query).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private CompletableFuture<Optional<Integer>> beat() {
        return CompletableFuture.supplyAsync(store::beat, threads);
    }

    @Test
    void aBeatWaitsForNoOtherQuestion() {
        Pool pool = new Pool(settings, new Connections(settings));
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(
                () -> pool.<Integer>ask(one -> pool.ask(two -> pool.beat(three -> 3))), threads);
        assertThat(answer).succeedsWithin(PATIENCE).isEqualTo(3);
        pool.close();
    }

    @Test
    void aBeatThatGetsNoAnswerIsSentAgainBeforeTheLeaseEnds() throws Exception {
        lock("update errand.node set name = 'held'");
        CompletableFuture<Optional<Integer>> beat;
        try (Standstill standstill = Standstill.watched()) {
            long begun = System.nanoTime();
            beat = beat();
            awaitWaiting(2, "^with beat");

            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(10).plus(standstill.soFar()));
        }
        rival.rollback();
        assertThat(beat).succeedsWithin(PATIENCE).isEqualTo(Optional.of(4));
    }

    @Test
    void whoWaitsForItsOwnRowKeepsNobodyElseFromLooking() throws Exception {
        try (PostgresStore other = PostgresStore.open(settings, Clock.systemUTC())) {
            other.join("second", 4);
            lock("update errand.node set pid = 1 where name = 'first'");
            CompletableFuture<?> look = CompletableFuture.supplyAsync(store::look, threads);
            awaitWaiting(1, "^with beat");

            assertThat(other.look()).isPresent();
            assertThat(other.beat()).isPresent();
            rival.rollback();
            assertThat(look).succeedsWithin(PATIENCE);
        }
    }

    private static String waiting(String query) {
        return """
                select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock' and query ~ '%s'
                """.formatted(query);
    }
}
