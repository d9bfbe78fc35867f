package dev.errand.acceptance;

import static dev.errand.acceptance.Elsewhere.elsewhere;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.SignalInfo;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals within a transaction, to runs whose own transaction may still be open. */
class TransactionSignalTest {
    private final Task<String, String> greet =
            Task.named("greet", String.class, String.class).run((name, run) -> "Hello " + name);

    @TempDir
    Path folder;

    private String url;
    private Errand errand;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        errand = Errand.open(url, greet);
    }

    @AfterEach
    void close() {
        errand.close();
    }

    private Connection connect() throws SQLException {
        Connection connection = TestStore.connection(url);
        connection.setAutoCommit(false);
        return connection;
    }

    private Run<String> trigger(Connection connection) {
        return errand.with(connection)
                .trigger(greet, "Ada", TriggerOptions.none().after(Duration.ofHours(1)));
    }

    private SignalAnswer signal(Connection connection, RunId run) {
        return errand.with(connection).signal(run, "go", 1);
    }

    /** Nobody's, and as good as made at the same moment. */
    private static RunId sibling(RunId run) {
        return new RunId(run.high(), run.low() ^ (1L << 58));
    }

    @Test
    void aRunIsSentASignalByTheTransactionThatTriggersIt() throws Exception {
        Run<String> run;
        try (Connection connection = connect()) {
            run = trigger(connection);
            assertThat(signal(connection, run.id())).isEqualTo(SignalAnswer.OK);
            connection.commit();
        }
        assertThat(run.signals()).extracting(SignalInfo::name).containsExactly("go");
    }

    @Test
    void anUnknownRunIsNotFound() throws Exception {
        try (Connection connection = connect()) {
            assertThat(signal(connection, RunId.next())).isEqualTo(SignalAnswer.NOT_FOUND);
            Run<String> run = trigger(connection);
            assertThat(signal(connection, sibling(run.id()))).isEqualTo(SignalAnswer.NOT_FOUND);
            connection.rollback();
            assertThat(signal(connection, run.id())).isEqualTo(SignalAnswer.NOT_FOUND);
        }
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // a file of SQLite's has one such transaction at a time
    void whoSignalsARunBeforeItsCommitWaitsForThat() throws Exception { // case 78
        try (Connection triggers = connect();
                Connection signals = connect()) {
            Run<String> run = trigger(triggers);
            Elsewhere<SignalAnswer> answer = elsewhere(() -> signal(signals, run.id()));
            answer.awaitThatItWaits();
            assertThat(signal(triggers, run.id()))
                    .as("who waits has nothing locked")
                    .isEqualTo(SignalAnswer.OK);
            triggers.commit();
            assertThat(answer.answer()).isEqualTo(SignalAnswer.OK);
            signals.commit();
            assertThat(run.signals()).hasSize(2);
        }
    }

    /** They are waited for by a lock that is one for all runs of a moment. */
    @Test
    @Tag(TestStore.POSTGRES_ONLY)
    void whoHasTriggeredAnotherAtThatMomentDoesNotWaitForHimself() throws Exception {
        try (Connection triggers = connect();
                Connection signals = connect()) {
            Run<String> run = trigger(triggers);
            trigger(signals); // within 128 ms, mostly
            Elsewhere<SignalAnswer> answer = elsewhere(() -> signal(signals, run.id()));
            answer.awaitThatItWaits();
            triggers.commit();
            assertThat(answer.answer()).isEqualTo(SignalAnswer.OK);
        }
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY)
    void afterARollbackThereIsNone() throws Exception {
        try (Connection triggers = connect();
                Connection signals = connect()) {
            Run<String> run = trigger(triggers);
            Elsewhere<SignalAnswer> answer = elsewhere(() -> signal(signals, run.id()));
            answer.awaitThatItWaits();
            triggers.rollback();
            assertThat(answer.answer()).isEqualTo(SignalAnswer.NOT_FOUND);
        }
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY)
    void whoWouldWaitForItselfIsToldSo() throws Exception {
        try (Connection triggers = connect();
                Connection signals = connect()) {
            Run<String> run = trigger(triggers);
            assertThatThrownBy(() -> signal(signals, run.id()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("this thread has not committed yet");
        }
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY)
    void aTransactionThatSeesNothingNewerSaysThatItDoesNot() throws Exception {
        try (Connection triggers = connect();
                Connection signals = connect()) {
            signals.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertThat(signal(signals, RunId.next())).isEqualTo(SignalAnswer.NOT_FOUND); // with which it has begun
            Run<String> run = trigger(triggers);
            triggers.commit();
            assertThatThrownBy(() -> signal(signals, run.id()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("nothing was sent");
        }
    }
}
