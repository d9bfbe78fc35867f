package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.store.KeyHash;
import dev.errand.store.KeyStore.Stored;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys where connections break, and in transactions with old snapshots. */
class KeysTest {
    private static final KeyHash PAYLOAD = KeyHash.of("payload");

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void drop() {
        server.dropDatabase(database);
    }

    private PostgresStore open(int port) {
        StoreSettings settings = new StoreSettings(server.url(database, port), null, Map.of(), Clock.systemUTC());
        return PostgresStore.open(Settings.of(settings), Clock.systemUTC());
    }

    private static KeyedRun once(String key) {
        NewRun run = NewRuns.of("greet", Clock.systemUTC()).build();
        return new KeyedRun(
                run,
                new KeyedRun.Idempotency(KeyHash.of(key), key, run.createdAt().plus(Duration.ofDays(1)), PAYLOAD, true),
                null);
    }

    private static KeyedRun debounced(String key) {
        NewRun run =
                NewRuns.of("greet", Clock.systemUTC()).in(Duration.ofHours(1)).build();
        return new KeyedRun(run, null, new KeyedRun.Debounced(KeyHash.of(key), null, true));
    }

    private String count(String table) {
        return String.valueOf(server.query(database, "select count(*) from errand." + table));
    }

    @Test
    void triggersWhoseAnswerWasLostAreStoredOnce() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.port());
                PostgresStore store = open(proxy.port())) {
            store.keys().enqueue(List.of(once("warm up")));
            slowCommits();
            NewRun plain = NewRuns.of("greet", Clock.systemUTC()).build();
            List<KeyedRun> runs = List.of(once("a"), debounced("b"), once("a"), new KeyedRun(plain, null, null));
            CompletableFuture<List<Stored>> answer =
                    CompletableFuture.supplyAsync(() -> store.keys().enqueue(runs));
            awaitACommit();
            proxy.cut();
            List<Stored> stored = answer.get(60, TimeUnit.SECONDS);
            assertThat(stored)
                    .containsExactly(
                            new Stored(runs.getFirst().run().id(), false),
                            new Stored(runs.get(1).run().id(), false),
                            new Stored(runs.getFirst().run().id(), true),
                            new Stored(plain.id(), false));
            assertThat(count("run")).isEqualTo("4");
            assertThat(count("trigger_key")).isEqualTo("3");
        }
    }

    /** From now on, a commit that holds a key lasts three seconds: long enough to be seen, and cut off in its midst. */
    private void slowCommits() {
        server.execute(database, """
                create function public.slow() returns trigger language plpgsql as
                    $$ begin perform pg_sleep(3); return null; end $$;
                create constraint trigger slow after insert on errand.trigger_key deferrable initially deferred
                    for each row when (new.kind = 1) execute function public.slow();
                """);
    }

    private void awaitACommit() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String commits = "select count(*) from pg_stat_activity where datname = '" + database
                + "' and wait_event = 'PgSleep' and query = 'COMMIT'";
        while (!"1".equals(server.query(database, commits))) {
            assertThat(System.nanoTime()).as("it commits").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void aTransactionThatBeganBeforeItsRivalCommittedIsToBeRepeated() throws SQLException {
        try (PostgresStore store = open(server.port());
                Connection connection = server.connect(database)) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select count(*) from errand.run");
            }
            Stored first = store.keys().enqueue(List.of(once("k"))).getFirst();
            assertThatThrownBy(() -> store.keys().enqueue(connection, List.of(once("k"))))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            connection.rollback();
            assertThat(store.keys().enqueue(connection, List.of(once("k"))))
                    .containsExactly(new Stored(first.run(), true));
            connection.commit();
            assertThat(count("run")).isEqualTo("1");
        }
    }

    @Test
    void aWaiterKeepsNoConnectionFromOthers() throws Exception {
        try (PostgresStore store = open(server.port());
                Connection connection = server.connect(database)) {
            connection.setAutoCommit(false);
            Stored first = store.keys().enqueue(connection, List.of(once("k"))).getFirst();
            CompletableFuture<Stored> waiter = CompletableFuture.supplyAsync(
                    () -> store.keys().enqueue(List.of(once("k"))).getFirst());
            for (int i = 0; i < 50; i++) {
                assertThat(store.keys()
                                .enqueue(List.of(once("other " + i)))
                                .getFirst()
                                .hit())
                        .isFalse();
            }
            assertThat(waiter).isNotDone();
            connection.commit();
            assertThat(waiter.get(60, TimeUnit.SECONDS)).isEqualTo(new Stored(first.run(), true));
        }
    }
}
