package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retention;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.TestClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Numbers of runs may be given again once the last is deleted: no step may be left for the next run that has one. */
class DeletedStepsTest {
    private final TestClock clock = new TestClock();
    private final SqliteFixture fixture = new SqliteFixture();
    private Store store;
    private Claim claim;

    @BeforeEach
    void finishRunOfOneStep() throws Exception {
        store = fixture.open(clock);
        store.join("first", 1);
        store.enqueue(NewRuns.many(1, "greet", clock));
        claim = store.claim(new ClaimRequest(1, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
        Instant now = clock.instant();
        store.record(List.of(
                        new Report.Journaled(claim, new StepEntry(1, "pay", "pay", 1, now, now, null, null)),
                        new Report.Ended(claim, RunState.COMPLETED, now, now, null, null, null, false)))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        assertThat(steps()).isEqualTo(1);
    }

    @AfterEach
    void close() {
        store.close();
        fixture.close();
    }

    private int steps() throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from step")) {
            return row.getInt(1);
        }
    }

    @Test
    void aPurgeLeavesNone() throws SQLException {
        store.purge(claim.run(), false);
        assertThat(steps()).isZero();
    }

    @Test
    void retentionLeavesNone() throws SQLException {
        clock.advance(Duration.ofHours(2));
        assertThat(store.prune(Retention.all(Duration.ofHours(1)), 10)).isEqualTo(1);
        assertThat(steps()).isZero();
    }

    @Test
    void aProcessOfTheVersionBeforeLeavesNone() throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("delete from run");
            connection.commit();
        }
        assertThat(steps()).isZero();
    }
}
