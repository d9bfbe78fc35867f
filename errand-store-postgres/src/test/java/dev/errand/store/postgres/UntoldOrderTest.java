package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.EventCursor;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a user's transaction has triggered a run is told before anything that happens to it, though who tells takes his time. */
class UntoldOrderTest {
    private static final int SECONDS = 60;
    private static final int MOST_TRIES = 10;
    /** For one who tells; for longer they do not, such as on a machine that stands still. */
    private static final long CLAIMS_WAIT = TimeUnit.SECONDS.toNanos(2);

    private static final String ROWS = "select * from errand.untold for update";
    private static final String STREAM = "select pg_advisory_xact_lock(hashtextextended('errand.event', 0))";

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    /** When claims were. */
    private long asked;

    @Test
    void aRunIsHandedOutOnceItsTriggerIsInTheLog() throws Exception {
        boolean inTime = false;
        for (int tries = 0; tries < MOST_TRIES && !inTime; tries++) {
            inTime = isHandedOutOnceItsTriggerIsInTheLog();
        }
        assertThat(inTime).as("the machine does not stand still each time").isTrue();
        server.dropDatabase(database);
    }

    /** Answers whether that took less than claims wait; else nothing was to be seen. */
    private boolean isHandedOutOnceItsTriggerIsInTheLog() throws Exception {
        try (Store store = store();
                Connection user = open();
                Connection table = open();
                Connection teller = open()) {
            NewRun run = NewRuns.of("greet", Clock.systemUTC()).build();
            CompletableFuture<List<Claim>> claimed = claimWhileTold(store, run, List.of(user, table, teller), ROWS);
            await(() -> claimed.isDone() || waits("delete from errand.untold"));
            boolean early = claimed.isDone();
            teller.rollback();
            boolean inTime = System.nanoTime() - asked < CLAIMS_WAIT;
            end(store, claimed.get(SECONDS, TimeUnit.SECONDS).getFirst());
            if (inTime) {
                assertThat(early).as("it was handed out before").isFalse();
                assertThat(store.events(EventCursor.START, 100).events())
                        .filteredOn(event -> event.run().equals(run.id()))
                        .extracting(Event::to)
                        .startsWith(RunState.QUEUED)
                        .endsWith(RunState.COMPLETED);
            }
            return inTime;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ROWS, STREAM})
    void oneWhoTellsAndStandsStillHoldsUpNoClaims(String locks) throws Exception {
        try (Store store = store();
                Connection user = open();
                Connection table = open();
                Connection teller = open()) {
            NewRun run = NewRuns.of("greet", Clock.systemUTC()).build();
            CompletableFuture<List<Claim>> claimed = claimWhileTold(store, run, List.of(user, table, teller), locks);
            Claim claim = claimed.get(SECONDS, TimeUnit.SECONDS).getFirst();
            assertThat(claim.run()).isEqualTo(run.id());
            end(store, claim);
            teller.rollback();
            await(() -> isTold(store));
            assertThat(store.events(EventCursor.START, 100).events())
                    .filteredOn(event -> event.run().equals(run.id()))
                    .extracting(Event::to)
                    .as("it is told all the same")
                    .contains(RunState.QUEUED, RunState.COMPLETED);
        }
        server.dropDatabase(database);
    }

    private boolean isTold(Store store) {
        store.advance();
        return "0".equals(server.query(database, "select count(*) from errand.untold"));
    }

    private Store store() {
        Store store = new PostgresStoreProvider()
                .open(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
        store.join("first", 10);
        return store;
    }

    /** A run that was triggered in a user's transaction, while somebody else has the locks of one who tells of that. */
    private CompletableFuture<List<Claim>> claimWhileTold(
            Store store, NewRun run, List<Connection> connections, String locks) throws Exception {
        Connection user = connections.get(0);
        Connection table = connections.get(1);
        store.enqueue(user, List.of(run));
        CompletableFuture<Void> alone = CompletableFuture.runAsync(
                () -> execute(table, "lock table errand.untold in share mode"), Thread::startVirtualThread);
        await(() -> waits("lock table"));
        user.commit();
        alone.get(SECONDS, TimeUnit.SECONDS);
        execute(connections.get(2), locks);
        table.rollback();
        asked = System.nanoTime();
        return store.claim(new ClaimRequest(1, Set.of("greet"))).toCompletableFuture();
    }

    private Connection open() throws SQLException {
        Connection connection = server.connect(database);
        connection.setAutoCommit(false);
        return connection;
    }

    private static void execute(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    private boolean waits(String what) {
        String waiting = """
                select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock' and query like '%%%s%%'
                """.formatted(what);
        return !"0".equals(server.query(database, waiting));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static void end(Store store, Claim claim) throws Exception {
        Instant now = store.clock().instant();
        Report end = new Report.Ended(claim, RunState.COMPLETED, now, now, null, null, null, false);
        store.record(List.of(end)).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }
}
