package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Values in transactions of users' on the file, and in those that are steps: who begins to wait meanwhile, and who sets the same value. */
class ValueTransactionsTest extends ValueFile {
    private ValueInfo setWithin(Connection connection, String text) throws SQLException {
        return store.values().set(connection, BALANCE, json(text));
    }

    private CompletionStage<List<Claim>> claims() {
        return store.claim(new ClaimRequest(1, Set.of(PARENT)));
    }

    /** Invariant: whichever commits first, wait or change, a run does not stay WAITING whose value has changed. */
    @Test
    void whoBeginsToWaitWhileATransactionIsOpenThatChangesItsValueGoesOn() throws SQLException {
        for (boolean committed : List.of(true, false)) {
            SeenValue seen = seen(BALANCE);
            RunId run = enqueue(PARENT);
            Report wait = waitsFor(claim(PARENT), null, true, seen);
            try (Connection connection = fixture.connect()) {
                setWithin(connection, "1");
                CompletionStage<List<Receipt>> waits = store.record(List.of(wait));
                if (committed) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                assertThat(await(waits)).containsExactly(Receipt.RECORDED);
            }
            assertThat(state(run)).isEqualTo(committed ? RunState.QUEUED : RunState.WAITING);
            assertThat(seen(BALANCE).equals(seen)).isEqualTo(!committed);
            store.cancel(run, "enough");
        }
    }

    @Test
    void whoWaitsIsQueuedByTheTransactionThatChangesItsValue() throws SQLException {
        RunId run = waitingFor(seen(BALANCE));
        CompletionStage<List<Claim>> claims = claims();
        try (Connection connection = fixture.connect()) {
            ValueInfo set = setWithin(connection, "1");
            assertThat(state(run)).isEqualTo(RunState.WAITING);
            assertThat(store.values().find(BALANCE)).isEmpty();
            connection.commit();
            assertThat(await(claims)).extracting(Claim::run).containsExactly(run);
            assertThat(store.values().find(BALANCE)).contains(set);
        }
    }

    @Test
    void whatATransactionTakesBackWasNeverSet() throws SQLException {
        long before = set(BALANCE, "1");
        RunId run = waitingFor(seen(BALANCE));
        try (Connection connection = fixture.connect()) {
            Savepoint savepoint = connection.setSavepoint();
            assertThat(setWithin(connection, "2").version()).isGreaterThan(before);
            connection.rollback(savepoint);
            store.values().set(connection, "other", json("1"));
            connection.commit();
        }
        assertThat(version(BALANCE)).isEqualTo(before);
        assertThat(version("other")).isGreaterThan(before);
        assertThat(state(run)).isEqualTo(RunState.WAITING);
    }

    @Test
    void nobodyElseSetsAValueThatIsLocked() throws SQLException {
        long before = set(BALANCE, "1");
        try (Connection connection = fixture.connect()) {
            Optional<ValueInfo> locked = store.values().lock(connection, BALANCE);
            assertThat(locked.orElseThrow().version()).isEqualTo(before);
            CompletableFuture<Optional<ValueInfo>> other =
                    CompletableFuture.supplyAsync(() -> store.values().set(BALANCE, before, json("3")));
            ValueInfo now = setWithin(connection, "2");
            assertThat(version(BALANCE)).as("to others").isEqualTo(before);
            connection.commit();
            assertThat(await(other)).isEmpty();
            assertThat(store.values().find(BALANCE)).contains(now);
        }
    }

    /** It would have to be written over what others have committed since. */
    @Test
    void whoHasReadWhatIsOldByNowIsToldToBeginAnew() throws SQLException {
        set(BALANCE, "1");
        try (Connection connection = fixture.connect()) {
            try (PreparedStatement read = connection.prepareStatement("select count(*) from task")) {
                read.executeQuery().next();
                set(BALANCE, "2");
            }
            assertThatThrownBy(() -> store.values().lock(connection, BALANCE))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("began by reading");
        }
    }

    @Test
    void aTransactionOnAnotherFileIsRefused() throws SQLException {
        try (Connection elsewhere = fixture.connectElsewhere()) {
            assertThatThrownBy(() -> setWithin(elsewhere, "1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("they must be one database");
            assertThatThrownBy(() -> store.values().lock(elsewhere, BALANCE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("they must be one database");
        }
    }

    @Test
    void aStepThatIsATransactionHasThoseGoOnWhoWait() throws Exception {
        RunId run = waitingFor(seen(BALANCE));
        enqueue(CHILD);
        Claim claim = claim(CHILD);
        CompletionStage<List<Claim>> claims = claims();
        StepEntry step = new StepEntry(1, "k", "pay", 1, clock.instant(), clock.instant(), json("1"), null);
        try (StoreTransaction transaction = store.transactions().begin()) {
            assertThat(store.values().lock(transaction.connection(), BALANCE)).isEmpty();
            setWithin(transaction.connection(), "1");
            assertThat(transaction.commit(new Report.Journaled(claim, step))).isEqualTo(Receipt.RECORDED);
        }
        assertThat(await(claims)).extracting(Claim::run).containsExactly(run);
    }
}
