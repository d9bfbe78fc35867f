package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Task;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A node's keeper has to wait for what others have locked. */
class SpareBeatTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** What a keeper looks at, and a beat does not. */
    private static final String LOCK = "lock table errand.untold in access exclusive mode";

    private static final String WAITS = """
            select exists (select 1 from pg_stat_activity
                            where datname = current_database() and wait_event_type = 'Lock')""";
    private static final String BEAT = "select beat from errand.node";

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Task<String, String> task =
            Task.named("echo", String.class, String.class).run((text, run) -> text);

    @Test
    void aNodeWhoseKeeperWaitsSaysThatItLives() throws Exception {
        try (Errand errand = Errand.open(server.url(database), task);
                Connection rival = server.connect(database);
                Statement statement = rival.createStatement()) {
            assertThat(errand.nodes()).hasSize(1);
            rival.setAutoCommit(false);
            statement.execute(LOCK);
            awaitTrue(WAITS);

            String last = server.query(database, BEAT);
            awaitTrue("select exists (" + BEAT + " where beat > " + last + ")");
            rival.rollback();
        }
    }

    private void awaitTrue(String query) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!"t".equals(server.query(database, query))) {
            assertThat(System.nanoTime()).as(query).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
