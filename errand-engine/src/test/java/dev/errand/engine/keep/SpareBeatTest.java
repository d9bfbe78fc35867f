package dev.errand.engine.keep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A node's keeper has to wait for others. */
class SpareBeatTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TURN = "(hashtextextended('errand.event', 0))";
    private static final String BEAT = "select beat from errand.node";
    /** Less than that after which it waits no longer, as its connection is given up. */
    private static final Duration WAITING = Duration.ofSeconds(20);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Task<String, String> task =
            Task.named("echo", String.class, String.class).run((text, run) -> text);

    @Test
    void aNodeWhoseKeeperWaitsSaysThatItLives() throws Exception {
        try (Errand errand = Errand.open(server.url(database), task);
                Connection rival = server.connect(database)) {
            run(rival, "select pg_advisory_lock" + TURN);
            Run<String> run = errand.trigger(task, "x", TriggerOptions.none().after(Duration.ofMillis(100)));
            await("select count(*) from pg_locks where not granted and locktype = 'advisory'", "1", PATIENCE);

            String last = server.query(database, BEAT);
            await("select exists (" + BEAT + " where beat > " + last + ")", "t", WAITING);

            run(rival, "select pg_advisory_unlock" + TURN);
            assertThat(run.result(PATIENCE).state()).isEqualTo(RunState.COMPLETED);
        }
    }

    private void await(String query, String answer, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!answer.equals(server.query(database, query))) {
            assertThat(System.nanoTime()).as("%s: %s", query, answer).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
