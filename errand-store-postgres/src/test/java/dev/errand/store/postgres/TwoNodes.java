package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** Two nodes on a database of their own, and how to have one wait for the other: as what a test has, or what it is. */
class TwoNodes implements AutoCloseable {
    static final Clock CLOCK = Clock.systemUTC();

    final PostgresServer server = PostgresServer.shared();
    final String database = server.createDatabase();
    final PostgresStore first = open("first");
    final PostgresStore second = open("second");

    private PostgresStore open(String name) {
        PostgresStore store = open(CLOCK);
        store.join(name, 100);
        return store;
    }

    final PostgresStore open(Clock clock) {
        return PostgresStore.open(settings(clock), clock);
    }

    final Settings settings(Clock clock) {
        return Settings.of(new StoreSettings(server.url(database), null, Map.of(), clock));
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    // ── runs

    static List<Claim> claimed(Store store, String task, int many) throws Exception {
        store.enqueue(NewRuns.many(many, task, CLOCK));
        return claim(store, task, many);
    }

    static List<Claim> claim(Store store, String task, int many) throws Exception {
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < many) {
            claims.addAll(get(store.claim(new ClaimRequest(many - claims.size(), Set.of(task)))
                    .toCompletableFuture()));
        }
        return claims;
    }

    final RunState state(RunId run) {
        return first.find(run).orElseThrow().state();
    }

    // ── time

    /** On a thread of its own: all may wait at the same time. */
    static <T> CompletableFuture<T> aside(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, task -> Thread.ofPlatform().daemon().start(task));
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    final void awaitBlocked(int sessions) {
        String blocked = "select count(*) from pg_stat_activity where datname = '" + database
                + "' and cardinality(pg_blocking_pids(pid)) > 0";
        await(blocked, sessions);
    }

    final void await(String query, int number) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!String.valueOf(number).equals(server.query(database, query))) {
            assertThat(System.nanoTime()).as(query).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @AfterEach
    @Override
    public final void close() {
        first.close();
        second.close();
        server.dropDatabase(database);
    }
}
