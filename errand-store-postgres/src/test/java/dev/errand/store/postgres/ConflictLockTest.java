package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.RunState;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.RunOptions;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who stores runs that do not wait for a limit sees what others have stored, also if their commits are under way. */
class ConflictLockTest {
    private static final String QUEUE = "mail";
    private static final int CALLERS = 64;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private List<Store> nodes = List.of();

    @BeforeEach
    void openNodes() {
        nodes = List.of(open(), open());
        nodes.getFirst()
                .queues()
                .declare(List.of(
                        new QueueEntry(QUEUE, Limits.none().concurrencyPerKey(1).onConflict(OnConflict.DROP))));
        nodes.forEach(node -> trigger(node, run("another key"))); // so that the line has a number, and both know it
    }

    @AfterEach
    void closeNodes() {
        nodes.forEach(Store::close);
    }

    private Store open() {
        return new PostgresStoreProvider()
                .open(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
    }

    private static NewRun run(String key) {
        return NewRuns.of("greet", Clock.systemUTC())
                .options(RunOptions.NONE.withQueue(QUEUE).withConcurrencyKey(key))
                .build();
    }

    private static void trigger(Store node, NewRun run) {
        node.enqueue(List.of(run));
    }

    /** From then on whoever stores a run waits with its commit, once all else is done, until the lock is given away. */
    private Connection holdUpCommits() throws SQLException {
        server.execute(database, """
                create function hold_up() returns trigger language plpgsql as $$
                begin perform pg_advisory_xact_lock_shared(1, 1); return null; end $$;
                create constraint trigger hold_up after insert on errand.chunk deferrable initially deferred
                   for each row execute function hold_up();
                """);
        Connection connection = server.connect(database);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(1, 1)");
        }
        return connection;
    }

    private void awaitTwoBlocked() {
        String blocked = "select count(*) >= 2 from pg_stat_activity where datname = '" + database
                + "' and cardinality(pg_blocking_pids(pid)) > 0";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!"t".equals(server.query(database, blocked))) {
            assertThat(System.nanoTime()).as("both nodes wait").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void ofRunsThatTwoNodesStoreAtOnceOneIsKept() throws Exception {
        List<NewRun> runs = new ArrayList<>();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        try (Connection holding = holdUpCommits()) {
            for (int i = 0; i < CALLERS; i++) {
                Store node = nodes.get(i % 2);
                NewRun run = run("key");
                runs.add(run);
                callers.add(CompletableFuture.runAsync(() -> trigger(node, run), Thread::startVirtualThread));
            }
            awaitTwoBlocked(); // one of each node: with its commit, or for the other's
        }
        for (CompletableFuture<Void> caller : callers) {
            caller.get(60, TimeUnit.SECONDS);
        }
        List<RunState> states = runs.stream()
                .map(run -> nodes.getFirst().find(run.id()).orElseThrow().state())
                .toList();
        assertThat(Collections.frequency(states, RunState.QUEUED)).as("kept").isEqualTo(1);
        assertThat(Collections.frequency(states, RunState.CANCELED))
                .as("dropped")
                .isEqualTo(CALLERS - 1);
    }
}
