package dev.errand.chaos;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.errand.store.postgres.server.PgBouncer;
import dev.errand.store.postgres.server.PostgresServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes share fewer sessions than they have connections, behind PgBouncer in transaction mode, which is itself killed now and then. */
class PgBouncerTest {
    private static final int SESSIONS = 4;
    private static final int RESTARTS = Effort.full() ? 10 : 2;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    private Path folder;

    @BeforeEach
    void needsPgBouncer() {
        if (!PgBouncer.isInstalled()) {
            System.err.println("\n!!! SKIPPED: PgBouncer was not tried; it needs the package " + PgBouncer.PACKAGE
                    + ": apt-get install " + PgBouncer.PACKAGE + "\n");
            abort("needs " + PgBouncer.PACKAGE);
        }
    }

    @Test
    void nodesWorkInTransactionModeWithoutListeningAndListeningPastIt() throws Exception {
        try (PgBouncer bouncer = PgBouncer.before(server, SESSIONS)) {
            String polling = server.url(database, bouncer.port()) + "&errand.notify=off";
            String listening = server.url(database, bouncer.port()) + "&errand.listenUrl="
                    + URLEncoder.encode(server.url(database), StandardCharsets.UTF_8);
            try (Cluster cluster = new Cluster(polling, folder)) {
                cluster.start();
                cluster.start(listening);
                for (int restart = 0; restart < RESTARTS; restart++) {
                    cluster.awaitAcknowledged(300);
                    bouncer.restart();
                }
                cluster.awaitAcknowledged(300);
                Cluster.note(
                        "pgbouncer.md",
                        "PostgreSQL behind PgBouncer in transaction mode",
                        "3 processes on %d sessions, PgBouncer killed %d times | ".formatted(SESSIONS, RESTARTS)
                                + cluster.verdict());
            }
        }
    }
}
