package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.SignalInfo;
import dev.errand.StoreException;
import dev.errand.store.Claim;
import dev.errand.store.Inbox;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.format.Times;
import dev.errand.store.postgres.server.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals of which the answer to the commit is lost. */
class LostSignalTest {
    private static final byte[] ONE = "1".getBytes(StandardCharsets.UTF_8);

    /** Commits that send wait as long as somebody has the lock 4711. */
    private static final String HOLD = """
            create function hold() returns trigger language plpgsql as
                'begin perform pg_advisory_xact_lock_shared(4711); return null; end';
            create constraint trigger hold after insert on errand.signal deferrable initially deferred
                for each row execute function hold()
            """;

    private static final String HELD = " from pg_locks where not granted and locktype = 'advisory'"
            + " and database = (select oid from pg_database where datname = current_database())";

    private final ValueNodes nodes = new ValueNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    // ── while it is sent

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSignalIsSentOnceWhetherTheCommitWasMadeOrNot(boolean commits) throws Exception {
        RunId run = nodes.waits("value").run();
        nodes.server.execute(nodes.database, HOLD);
        try (TcpProxy proxy = TcpProxy.to(nodes.server.port());
                Connection holder = nodes.begin();
                PostgresStore store = through(proxy)) {
            ValueNodes.execute(holder, "select pg_advisory_xact_lock(4711)");
            CompletableFuture<SignalAnswer> sent =
                    ValueNodes.aside(() -> store.signals().send(run, "go", ONE));
            nodes.await("select count(*)" + HELD, 1);
            proxy.cut();
            if (!commits) {
                nodes.server.query(nodes.database, "select pg_terminate_backend(pid)" + HELD);
            }
            holder.commit();
            assertThat(ValueNodes.get(sent)).isEqualTo(SignalAnswer.OK);
            assertThat(store.signals().unreceived(run)).hasSize(1);
        }
    }

    private PostgresStore through(TcpProxy proxy) {
        String url = nodes.server.url(nodes.database, proxy.port());
        Settings settings = Settings.of(new StoreSettings(url, null, Map.of(), ValueNodes.CLOCK));
        return PostgresStore.open(settings, ValueNodes.CLOCK);
    }

    // ── what became of it

    private Inbox.Signal send(RunId run) {
        nodes.first.signals().send(run, "go", ONE);
        return Objects.requireNonNull(nodes.first.signals().look(run, "go", 0).first());
    }

    private Sending sending(RunId run, long position, Instant at) {
        Sending sending = new Sending(run, "go", ONE);
        sending.written(position, Times.micros(at));
        return sending;
    }

    private boolean isSent(Sending sending) throws SQLException {
        return nodes.within(sending::isSent);
    }

    @Test
    void itIsKnownWhetherASignalWasSentUnlessAnotherWasSinceItWasReceived() throws Exception {
        Claim claim = ValueNodes.claimed(nodes.first, 1).getFirst();
        RunId run = claim.run();
        assertThat(isSent(sending(run, 1, ValueNodes.CLOCK.instant())))
                .as("the first was not")
                .isFalse();
        Inbox.Signal signal = send(run);
        SignalInfo info = nodes.first.signals().unreceived(run).getFirst();
        Sending sending = sending(run, signal.position(), info.sentAt());
        assertThat(isSent(sending)).isTrue();
        assertThat(isSent(sending(run, signal.position() + 1, info.sentAt())))
                .as("the next was not")
                .isFalse();

        Instant now = ValueNodes.CLOCK.instant();
        StepEntry step = new StepEntry(1, "signal:go#1", "go", claim.attempt(), now, now, ONE, null);
        ValueNodes.record(nodes.first, new Report.Journaled(claim, step, signal.position()));
        assertThat(nodes.first.signals().unreceived(run)).isEmpty();
        assertThat(isSent(sending)).as("it is received").isTrue();

        send(run);
        assertThatThrownBy(() -> isSent(sending))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is not known");
    }
}
