package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunId;
import dev.errand.RunState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that are written in one transaction with what their code writes. */
public abstract class StepTransactionConformance extends StepTest {
    private static final AtomicInteger TABLES = new AtomicInteger();

    private final String ledger = "ledger_" + TABLES.incrementAndGet();

    @BeforeEach
    void createLedger() throws SQLException {
        execute("create table " + ledger + " (entry varchar(100))");
    }

    @AfterEach
    void dropLedger() throws SQLException {
        execute("drop table " + ledger);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect()) {
            execute(connection, sql);
            connection.commit();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void insert(StoreTransaction transaction, String entry) throws SQLException {
        execute(transaction.connection(), "insert into " + ledger + " values ('" + entry + "')");
    }

    private List<String> ledger() throws SQLException {
        List<String> entries = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select entry from " + ledger + " order by 1")) {
            while (rows.next()) {
                entries.add(rows.getString(1));
            }
        }
        return entries;
    }

    private static Report.Journaled step(Claim claim, StepEntry step) {
        return new Report.Journaled(claim, step);
    }

    @Test
    void theStepAndWhatItsCodeWroteAreThereFromTheCommitOn() throws Exception {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        try (StoreTransaction transaction = store.transactions().begin()) {
            insert(transaction, "a");
            assertThat(steps(run)).isEmpty();
            assertThat(ledger()).isEmpty();
            assertThat(transaction.commit(step(claim, done(1, "7")))).isEqualTo(Receipt.RECORDED);
        }
        assertThat(steps(run)).containsExactly(Known.of(done(1, "7")));
        assertThat(ledger()).containsExactly("a");
        assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED);
    }

    @Test
    void ofOneThatIsNotCommittedNothingIsLeft() throws Exception {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        for (int i = 0; i < 20; i++) { // more than there are connections
            try (StoreTransaction transaction = store.transactions().begin()) {
                insert(transaction, "a");
            }
        }
        assertThat(ledger()).isEmpty();
        assertThat(steps(run)).isEmpty();
        assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED);
    }

    @Test
    void oneAfterTheOtherOnTheSameConnectionAreEachTheirOwn() throws Exception {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        for (int position = 1; position <= 20; position++) {
            try (StoreTransaction transaction = store.transactions().begin()) {
                insert(transaction, "a" + position);
                if (position % 3 != 0) {
                    transaction.commit(step(claim, done(position, "1")));
                }
            }
        }
        assertThat(ledger()).hasSize(14);
        assertThat(positions(run)).hasSize(14).doesNotContain(3, 6, 9, 12, 15, 18);
    }

    @ParameterizedTest
    @ValueSource(strings = {"released", "retried", "ended", "purged"})
    void whoHasLostTheRunWritesNothing(String how) throws Exception {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        lose(claim, how);
        try (StoreTransaction transaction = store.transactions().begin()) {
            insert(transaction, "a");
            assertThat(transaction.commit(step(claim, done(1, "7")))).isEqualTo(Receipt.LOST);
        }
        assertThat(ledger()).isEmpty();
        assertThat(steps(run)).isEmpty();
    }

    private void lose(Claim claim, String how) {
        switch (how) {
            case "released" -> record(new Report.Released(claim));
            case "retried" -> record(retried(claim, MINUTE));
            case "ended" -> record(completed(claim));
            default -> store.purge(claim.run(), true);
        }
    }

    @Test
    void nothingIsWrittenForANodeWhoseRunOthersTookBackMeanwhile() throws Exception {
        RunId run = enqueueGreet();
        Store other = openNode("other");
        Claim lost = claim(other, 1).getFirst();
        kill(other);
        assertThat(store.recover()).isEqualTo(1);
        try (StoreTransaction transaction = store.transactions().begin()) {
            insert(transaction, "lost");
            assertThat(transaction.commit(step(lost, done(1, "7")))).isEqualTo(Receipt.LOST);
        }
        Claim again = claimOne();
        try (StoreTransaction transaction = store.transactions().begin()) {
            insert(transaction, "again");
            assertThat(transaction.commit(step(again, done(1, "8")))).isEqualTo(Receipt.RECORDED);
        }
        assertThat(ledger()).containsExactly("again");
        assertThat(steps(run)).containsExactly(Known.of(done(1, "8")));
    }

    @Test
    void runsWhoseStartIsKnownWriteAsWell() throws Exception {
        enqueueGreet();
        RunId neighbour = enqueueGreet();
        List<Claim> claims = claim(store, 2);
        record(new Report.Started(claims.get(1), clock.instant()));
        try (StoreTransaction transaction = store.transactions().begin()) {
            insert(transaction, "a");
            assertThat(transaction.commit(step(claims.get(1), done(1, "7")))).isEqualTo(Receipt.RECORDED);
        }
        assertThat(positions(neighbour)).containsExactly(1);
        assertThat(record(List.of(completed(claims.get(0)), completed(claims.get(1)))))
                .containsOnly(Receipt.RECORDED);
        assertThat(ledger()).containsExactly("a");
    }

    @Test
    void runsOfOneChunkWriteWhileOthersOfItStartAndEnd() throws Exception {
        int many = 40;
        store.enqueue(NewRuns.many(many, GREET, clock));
        List<Claim> claims = claim(store, many);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> recording = CompletableFuture.runAsync(() -> {
            for (Claim claim : claims.subList(0, many / 2)) {
                record(new Report.Started(claim, clock.instant()));
                record(completed(claim));
            }
            over.set(true);
        });
        int written = 0;
        for (int position = 1; position <= 3 || !over.get(); position++) {
            for (Claim claim : claims.subList(many / 2, many / 2 + 4)) {
                try (StoreTransaction transaction = store.transactions().begin()) {
                    insert(transaction, "a");
                    assertThat(transaction.commit(step(claim, done(position, "7"))))
                            .isEqualTo(Receipt.RECORDED);
                    written++;
                }
            }
        }
        recording.get(60, TimeUnit.SECONDS);
        assertThat(ledger()).hasSize(written);
        for (Claim claim : claims.subList(many / 2, many)) {
            assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED);
        }
        assertThat(claims).allMatch(claim -> state(claim.run()) == RunState.COMPLETED);
    }

    @Test
    void runsStoredInItExistFromItsCommitOn() throws Exception { // case 75
        enqueueGreet();
        Claim claim = claimOne();
        NewRun child = NewRuns.of(GREET, clock).build();
        NewRun never = NewRuns.of(GREET, clock).build();
        try (StoreTransaction transaction = store.transactions().begin()) {
            store.enqueue(transaction.connection(), List.of(never));
        }
        try (StoreTransaction transaction = store.transactions().begin()) {
            store.enqueue(transaction.connection(), List.of(child));
            assertThat(transaction.commit(step(claim, done(1, "7")))).isEqualTo(Receipt.RECORDED);
        }
        assertThat(state(child.id())).isEqualTo(RunState.QUEUED);
        assertThat(store.find(never.id())).isEmpty();
        assertThat(claimOne().run()).isEqualTo(child.id());
    }

    // ── what its code may not do

    @Test
    void toEndItIsRefused() throws Exception {
        try (StoreTransaction transaction = store.transactions().begin()) {
            Connection connection = transaction.connection();
            assertThat(connection.getAutoCommit()).isFalse();
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> connection.setAutoCommit(true)).hasMessageContaining("setAutoCommit() is refused");
            assertThatThrownBy(connection::commit).hasMessageContaining("commit() is refused: the engine ends this");
            assertThatThrownBy(connection::rollback).hasMessageContaining("rollback() is refused");
            assertThatThrownBy(connection::close).hasMessageContaining("close() is refused");
            assertThat(connection.isClosed()).isFalse();
            Savepoint before = connection.setSavepoint();
            insert(transaction, "a");
            connection.rollback(before);
            insert(transaction, "b");
        }
        assertThat(ledger()).isEmpty();
    }

    @Test
    void afterItsEndItsConnectionIsOfNoUse() throws Exception {
        Connection connection;
        try (StoreTransaction transaction = store.transactions().begin()) {
            connection = transaction.connection();
        }
        assertThat(connection.isClosed()).isTrue();
        assertThatThrownBy(connection::createStatement)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void itIsOfTheThreadThatBeganIt() throws Exception {
        try (StoreTransaction transaction = store.transactions().begin()) {
            CompletableFuture<?> elsewhere = CompletableFuture.supplyAsync(() -> {
                try {
                    return transaction.connection().createStatement();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> elsewhere.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage(
                            "createStatement() is refused: a transaction's connection is of the thread that began it");
        }
    }

    // ── what became of a commit

    @Test
    void whatBecameOfACommitIsFoundOut() throws Exception {
        enqueueGreet();
        Claim claim = claimOne();
        Report.Journaled committed = step(claim, done(1, "7"));
        Report.Journaled never = step(claim, done(2, "8"));
        try (StoreTransaction transaction = store.transactions().begin()) {
            transaction.commit(committed);
        }
        assertThat(store.transactions().settle(committed)).contains(Receipt.RECORDED);
        assertThat(store.transactions().settle(never)).isEmpty();
        record(step(claim, begun(2)));
        assertThat(store.transactions().settle(never)).as("begun is not done").isEmpty();
        record(completed(claim));
        assertThat(store.transactions().settle(never)).contains(Receipt.LOST);
        assertThat(store.transactions().settle(committed)).contains(Receipt.RECORDED);
    }
}
