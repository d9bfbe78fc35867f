package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told again, since the answer to a commit was lost or the commit failed, does no harm. */
class RepeatedReportTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Settings settings =
            Settings.of(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
    private PostgresStore store;
    private long node;

    @BeforeEach
    void openStore() {
        store = PostgresStore.open(settings, Clock.systemUTC());
        node = store.join("first", 10);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void aStartThatIsTriedOnceMoreByItselfKeepsTheRowOfARunSplitFromItsNeighbours() throws Exception {
        store.enqueue(NewRuns.many(10, "greet", Clock.systemUTC()));
        Claim split = claim(store, 1).getFirst();
        NewRun ended = NewRuns.of("other", Clock.systemUTC()).build();
        store.enqueue(List.of(ended));
        Claim other = store.claim(new ClaimRequest(1, Set.of("other")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
        // An end of which this node does not know: the commit of both reports fails, and each is looked at by itself.
        server.execute(database, """
                insert into errand.outcome (run, ended, state, attempt, redeliveries, retriable)
                values ('%s', 0, 7, 0, 0, false)
                """.formatted(Ids.uuid(ended.id())));
        Report started = new Report.Started(split, store.clock().instant());
        assertThat(record(List.of(started, end(other)))).containsExactly(Receipt.RECORDED, Receipt.LOST);
        assertThat(record(List.of(end(split)))).containsExactly(Receipt.RECORDED);
    }

    @Test
    void aRunThatWasGivenBackAndHasEndedElsewhereIsNotQueuedAgain() throws Exception {
        store.enqueue(NewRuns.many(2, "greet", Clock.systemUTC()));
        List<Claim> claims = claim(store, 2);
        List<Report> release = List.of(new Report.Released(claims.getFirst()));
        Held held = held(claims);
        recordUnanswered(held, release);
        try (PostgresStore quicker = PostgresStore.open(settings, Clock.systemUTC())) {
            quicker.join("quicker", 1);
            List<Report> end = List.of(end(claim(quicker, 1).getFirst()));
            assertThat(quicker.record(end).toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .containsExactly(Receipt.RECORDED);
            recordUnanswered(held, release);
            assertThat(quicker.find(claims.getFirst().run()).orElseThrow().state())
                    .isEqualTo(RunState.COMPLETED);
            assertThat(server.query(database, "select count(*) from errand.chunk where single"))
                    .isEqualTo("0");
        }
    }

    /** What the store remembers of one row, of which all runs were claimed. */
    private Held held(List<Claim> claims) {
        String task = server.query(database, "select line from errand.chunk");
        String position = server.query(database, "select position from errand.chunk");
        Held held = new Held();
        Held.Key key = new Held.Key(
                Integer.parseInt(String.valueOf(task)),
                Long.parseLong(String.valueOf(position)),
                claims.getFirst().run(),
                false);
        held.add(new Held.Chunk(key, claims.getFirst().id(), claims.size(), false));
        return held;
    }

    /** Commits, and does not hear of it. */
    private void recordUnanswered(Held held, List<Report> reports) throws SQLException {
        try (Database connection = new Connections(settings).open()) {
            TaskNumbers tasks = new TaskNumbers();
            tasks.load(connection);
            Tx tx = new Tx(connection, tasks, new Time(Clock.systemUTC()).now(), node);
            Recording recording = new Recording(tx, held, false, false);
            connection.begin();
            recording.record(reports);
            tx.finish(Tx.SHARED_STREAM);
            connection.commit();
            recording.rolledBack();
        }
    }

    private static List<Claim> claim(PostgresStore by, int most) throws Exception {
        return by.claim(new ClaimRequest(most, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private List<Receipt> record(List<Report> reports) throws Exception {
        return store.record(reports).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Report end(Claim claim) {
        var now = store.clock().instant();
        byte[] output = "1".getBytes(StandardCharsets.UTF_8);
        return new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false);
    }
}
