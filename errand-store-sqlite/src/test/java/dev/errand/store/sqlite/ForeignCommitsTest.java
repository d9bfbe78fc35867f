package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.store.CommitListener;
import dev.errand.store.NewRuns;
import dev.errand.store.Store;
import dev.errand.store.TestClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others commit on the file is heard of. This process is no node, so that it looks for nothing by itself. */
class ForeignCommitsTest {
    private final TestClock clock = new TestClock();
    private final SqliteFixture fixture = new SqliteFixture();
    private final Semaphore foreign = new Semaphore(0);
    private final Semaphore values = new Semaphore(0);
    private Store store;
    private Store other;

    @BeforeEach
    void open() {
        store = fixture.open(clock);
        other = fixture.open(clock);
        store.removeTask("any"); // whatever opening them has written was heard of
        store.onCommit(new CommitListener() {
            @Override
            public void events(boolean others) {
                foreign.release(others ? 1 : 0);
            }

            @Override
            public void requests() {}

            @Override
            public void values() {
                values.release();
            }
        });
    }

    @AfterEach
    void close() {
        other.close();
        store.close();
        fixture.close();
    }

    private static boolean heard(Semaphore what) throws InterruptedException {
        return what.tryAcquire(60, TimeUnit.SECONDS);
    }

    private void othersCommit() {
        other.enqueue(List.of(NewRuns.of("greet", clock).build()));
    }

    @Test
    void whoSetsAValueHereIsHeardOfOnce() {
        store.values().set("balance", 0, new byte[] {'1'});
        store.values().set("balance", 0, new byte[] {'2'});
        store.values().set("none", 0, null);
        store.removeTask("any");
        assertThat(values.drainPermits()).as("the others changed nothing").isEqualTo(1);
    }

    @Test
    void whatOthersCommitMayHaveChangedValues() throws InterruptedException {
        other.values().set("balance", 0, new byte[] {'1'});
        store.removeTask("any");
        assertThat(heard(values)).isTrue();
    }

    /** The first look at what others have committed is that of a transaction which is rolled back. */
    @Test
    void whatIsFoundInVainIsHeardOfWithTheNextCommit() throws InterruptedException {
        othersCommit();
        assertThatThrownBy(() -> ((SqliteStore) store).writer.call(tx -> {
                    throw new IllegalArgumentException("not this one");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(foreign.availablePermits()).isZero();
        store.removeTask("any");
        assertThat(heard(foreign)).isTrue();
        store.removeTask("any");
        assertThat(foreign.availablePermits()).as("once").isZero();
    }

    /** This process looks at nothing by itself: it must not forget what it has looked for in vain. */
    @Test
    void aCommitThatCannotBeSeenAtFirstIsHeardOfLater() throws SQLException, InterruptedException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement()) {
            store.values().set(connection, "balance", new byte[] {'1'});
            statement.executeUpdate("alter table node rename to hidden");
            connection.commit();
            assertThat(values.tryAcquire(200, TimeUnit.MILLISECONDS)).isFalse();
            statement.executeUpdate("alter table hidden rename to node");
            connection.commit();
            assertThat(heard(values)).isTrue();
        }
    }

    /** What others have committed before must not be taken for the commit of the transaction that is open. */
    @Test
    void aTransactionThatStaysOpenIsHeardOfAfterItsCommit() throws SQLException, InterruptedException {
        othersCommit();
        try (Connection connection = fixture.connect()) {
            store.values().set(connection, "balance", new byte[] {'1'});
            assertThat(heard(values)).as("what others did before").isTrue();
            values.drainPermits();
            connection.commit();
            assertThat(heard(values)).isTrue();
            assertThat(store.values().find("balance")).isPresent();
        }
    }
}
