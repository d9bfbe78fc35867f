package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** The end of a run within a transaction of a user's. */
public abstract class CompleteConformance extends StoreTest {
    private Claim claim;

    @BeforeEach
    void claimARun() {
        store.join("node", 1);
        enqueueGreet();
        claim = claimOne();
    }

    @Test
    void theRunHasEndedFromTheCommitOn() throws SQLException {
        try (Connection connection = connect()) {
            assertThat(store.complete(connection, () -> null, completed(claim))).isEqualTo(Receipt.RECORDED);
            assertThat(state(claim.run()).isTerminal()).isFalse();
            connection.commit();
        }
        assertThat(state(claim.run())).isEqualTo(RunState.COMPLETED);
        assertThat(info(claim.run()).output()).hasToString("\"done\"");
        assertThat(store.attempts(claim.run())).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "failed", "retried", "released"})
    void anEndRecordedAfterTheCommitChangesNothing(String how) throws SQLException {
        try (Connection connection = connect()) {
            store.complete(connection, () -> null, completed(claim));
            connection.commit();
        }
        assertThat(record(end(how))).isEqualTo(Receipt.RECORDED);
        assertThat(state(claim.run())).isEqualTo(RunState.COMPLETED);
        assertThat(info(claim.run()).output()).hasToString("\"done\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "failed", "retried", "released"})
    void anEndRecordedAfterARollbackCounts(String how) throws SQLException {
        try (Connection connection = connect()) {
            store.complete(connection, () -> null, completed(claim));
            connection.rollback();
        }
        assertThat(record(end(how))).isEqualTo(Receipt.RECORDED);
        assertThat(state(claim.run()))
                .isEqualTo(
                        switch (how) {
                            case "completed" -> RunState.COMPLETED;
                            case "failed" -> RunState.FAILED;
                            case "retried" -> RunState.RETRYING;
                            default -> RunState.QUEUED;
                        });
    }

    private Report end(String how) {
        return switch (how) {
            case "completed" -> completed(claim);
            case "failed" -> failed(claim, false);
            case "retried" -> retried(claim, MINUTE);
            default -> new Report.Released(claim);
        };
    }

    @Test
    void whatTheBodyNotedIsCommittedWithIt() throws SQLException {
        Report.Noted noted = new Report.Noted(
                claim,
                List.of("1".getBytes(StandardCharsets.UTF_8)),
                List.of(new LogLine(0, clock.instant(), 1, Level.INFO, "booked")),
                new Progress(1, 1),
                "{\"a\":1}",
                List.of(new Report.Raised("booked", clock.instant(), null)));
        try (Connection connection = connect()) {
            store.complete(connection, () -> noted, completed(claim));
            connection.commit();
        }
        assertThat(store.emitted(claim.run())).hasSize(1);
        assertThat(store.log(claim.run(), 0, 10)).extracting(LogLine::message).containsExactly("booked");
        assertThat(info(claim.run()).metadata()).containsKey("a");
        assertThat(info(claim.run()).progress()).isEqualTo(new Progress(1, 1));
        assertThat(record(noted)).isEqualTo(Receipt.LOST);
        assertThat(store.emitted(claim.run())).hasSize(1);
    }

    @Test
    void whoWaitsForTheEndIsTold() throws SQLException {
        EventCursor start = store.lastEvent();
        CompletableFuture<Event> ended = new CompletableFuture<>();
        store.onCommit(new CommitListener() {
            @Override
            public void events(boolean foreign) {
                store.events(start, 10).events().stream().filter(Event::isEnd).forEach(ended::complete);
            }

            @Override
            public void requests() {}
        });
        try (Connection connection = connect()) {
            store.complete(connection, () -> null, completed(claim));
            connection.commit();
        }
        Event event = ended.orTimeout(60, TimeUnit.SECONDS).join();
        assertThat(event.run()).isEqualTo(claim.run());
        assertThat(event.to()).isEqualTo(RunState.COMPLETED);
        assertThat(events(store).stream().map(Event::to))
                .containsExactly(RunState.QUEUED, RunState.EXECUTING, RunState.COMPLETED);
    }

    @Test
    void aClaimThatIsLostCompletesNothing() throws SQLException {
        record(new Report.Released(claim));
        try (Connection connection = connect()) {
            assertThat(store.complete(connection, () -> null, completed(claim))).isEqualTo(Receipt.LOST);
            connection.commit();
        }
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aRunThatSomebodyWasToldStopsCompletesNothing() throws SQLException {
        store.cancel(claim.run(), "enough");
        try (Connection connection = connect()) {
            assertThat(store.complete(connection, () -> null, completed(claim))).isEqualTo(Receipt.LOST);
            connection.commit();
        }
        assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED);
        assertThat(state(claim.run())).isEqualTo(RunState.CANCELED);
    }

    @Test
    void aRunWhoseStartWasToldCompletesAsWell() throws SQLException {
        record(new Report.Started(claim, clock.instant()));
        clock.advance(Duration.ofSeconds(1));
        try (Connection connection = connect()) {
            store.complete(connection, () -> null, completed(claim));
            connection.commit();
        }
        assertThat(state(claim.run())).isEqualTo(RunState.COMPLETED);
        assertThat(events(store, 3).stream().map(Event::to))
                .containsExactly(RunState.QUEUED, RunState.EXECUTING, RunState.COMPLETED);
    }
}
