package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreTransaction;
import dev.errand.store.TestClock;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Commits of which this process does not hear, and transactions that PostgreSQL breaks off. */
class LostCommitTest {
    private final TestClock clock = new TestClock();
    private final PostgresFixture fixture = new PostgresFixture();
    private Store store;
    private String schema;

    @BeforeEach
    void open() throws SQLException {
        store = fixture.open(clock);
        store.join("node", 10);
        schema = store.url().replaceAll(".*schema=", "");
        try (Connection connection = fixture.connect()) {
            execute(connection, "create table public.mine_of_%s (x int primary key, y int)".formatted(schema));
            execute(connection, "insert into public.mine_of_%s values (1, 0), (2, 0)".formatted(schema));
            connection.commit();
        }
    }

    @AfterEach
    void close() throws SQLException {
        try (Connection connection = fixture.connect()) {
            execute(connection, "drop table public.mine_of_%s".formatted(schema));
            connection.commit();
        }
        store.close();
        fixture.close();
    }

    private Claim claim() throws Exception {
        NewRun run = NewRuns.of("greet", clock).build();
        store.enqueue(List.of(run, NewRuns.of("greet", clock).build())); // it shares its row
        return store.claim(new ClaimRequest(2, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
    }

    private Report.Journaled step(Claim claim) {
        return new Report.Journaled(
                claim, new StepEntry(1, "k", "pay", 1, clock.instant(), clock.instant(), new byte[] {'1'}, null));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whileTheServerMayStillBeAtItNobodySaysWhatBecameOfIt(boolean commits) throws Exception {
        Claim claim = claim();
        Report.Journaled step = step(claim);
        try (Connection server = fixture.connect()) { // does what the server does for a connection that is lost
            execute(server, "select * from %s.chunk where claim = %d for share".formatted(schema, claim.id()));
            execute(server, """
                    insert into %s.step (run, position, attempt, started, ended, key, name, result)
                    values ('%s', 1, 1, 0, 0, 'k', 'pay', '1')
                    """.formatted(schema, Ids.uuid(claim.run())));
            CompletableFuture<Optional<Receipt>> settled =
                    CompletableFuture.supplyAsync(() -> store.transactions().settle(step));
            assertThatThrownBy(() -> settled.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            if (commits) {
                server.commit();
            } else {
                server.rollback();
            }
            assertThat(settled.get(60, TimeUnit.SECONDS))
                    .isEqualTo(commits ? Optional.of(Receipt.RECORDED) : Optional.empty());
        }
    }

    @Test
    void aDeadlockIsSomethingThatMayPass() throws Exception {
        Claim claim = claim();
        try (StoreTransaction transaction = store.transactions().begin();
                Connection other = PostgresFixture.connectAsSuperuser()) {
            execute(other, "set local deadlock_timeout = '30s'"); // so that it is not the one to fail
            execute(other, "update public.mine_of_%s set y = 1 where x = 1".formatted(schema));
            execute(transaction.connection(), "update public.mine_of_%s set y = 1 where x = 2".formatted(schema));
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(
                    () -> {
                        try {
                            execute(other, "update public.mine_of_%s set y = 1 where x = 2".formatted(schema));
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    task -> Thread.ofPlatform().daemon().start(task));
            awaitThatItWaits(other.unwrap(PGConnection.class).getBackendPID());
            SQLException deadlock = deadlock(transaction);
            assertThat(transaction.isPassing(new IllegalStateException(deadlock)))
                    .isTrue();
            assertThat(transaction.isPassing(new SQLException("x", "23505"))).isFalse();
            transaction.close();
            waiting.get(60, TimeUnit.SECONDS);
            other.rollback();
        }
        assertThat(store.transactions().settle(step(claim))).isEmpty();
    }

    private void awaitThatItWaits(int session) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String waits = "select count(*) from pg_locks where not granted and pid = " + session;
        while ("0".equals(PostgresServer.shared().query("postgres", waits))) {
            assertThat(System.nanoTime()).as("the other waits").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** The server looks for one once, when this has waited for half a second: the other waits already. */
    private SQLException deadlock(StoreTransaction transaction) {
        try {
            execute(transaction.connection(), "update public.mine_of_%s set y = 1 where x = 1".formatted(schema));
        } catch (SQLException e) {
            return e;
        }
        throw new AssertionError("no deadlock");
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void aRunThatGotARowOfItsOwnMeanwhileIsNotTakenForLostByAnOldSnapshot(int isolation) throws Exception {
        Claim claim = claim();
        try (StoreTransaction transaction = store.transactions().begin()) {
            transaction.connection().setTransactionIsolation(isolation);
            execute(transaction.connection(), "select * from public.mine_of_%s".formatted(schema));
            store.record(List.of(new Report.Started(claim, clock.instant())))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThatThrownBy(() -> transaction.commit(step(claim)))
                    .isInstanceOf(SQLException.class)
                    .satisfies(error -> assertThat(transaction.isPassing(error)).isTrue());
        }
        try (StoreTransaction again = store.transactions().begin()) {
            assertThat(again.connection().getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            again.connection().setTransactionIsolation(isolation);
            assertThat(again.commit(step(claim))).isEqualTo(Receipt.RECORDED);
        }
    }

    @Test
    void anErrorThatItsCodeSwallowedIsFoundByTheCommit() throws Exception {
        Claim claim = claim();
        try (StoreTransaction transaction = store.transactions().begin()) {
            assertThatThrownBy(() -> execute(
                            transaction.connection(), "insert into public.mine_of_%s values (1)".formatted(schema)))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> transaction.commit(step(claim))).isInstanceOf(SQLException.class);
        }
        assertThat(store.transactions().settle(step(claim))).isEmpty();
    }
}
