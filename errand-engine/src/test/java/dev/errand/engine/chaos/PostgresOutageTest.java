package dev.errand.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.PostgresServer.Mode;
import dev.errand.store.postgres.server.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The database goes away under load, or the way to it. Who only could not reach it is not taken for dead for that. */
@Order(3)
@Execution(ExecutionMode.CONCURRENT)
class PostgresOutageTest {
    private static final long SEED = Long.getLong("errand.seed", 20_261_121);

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private PostgresServer server;
    private String database;

    @BeforeEach
    void createDatabase() {
        server = PostgresServer.shared();
        database = server.createDatabase();
    }

    private void passAWhile() {
        Cluster.pass(Duration.ofMillis(100 + random.nextInt(500)));
    }

    private static void note(String what, Cluster cluster) throws Exception {
        Cluster.note(
                "postgres-" + what.replace(' ', '-') + ".md", "PostgreSQL: " + what, what + " | " + cluster.verdict());
    }

    @Test
    void theDatabaseIsRestartedAndCrashes() throws Exception {
        try (PostgresServer own = PostgresServer.start();
                Cluster cluster = new Cluster(own.url(own.createDatabase()), folder)) {
            cluster.start();
            cluster.start();
            for (Mode mode : new Mode[] {Mode.FAST, Mode.IMMEDIATE, Mode.FAST}) {
                cluster.awaitAcknowledged(300);
                own.stop(mode);
                passAWhile();
                own.resume();
            }
            cluster.awaitAcknowledged(300);
            note("3 restarts of the database", cluster);
        }
    }

    @Test
    void theDatabaseIsAwayForLongerThanLeasesLast() throws Exception {
        try (PostgresServer own = PostgresServer.start();
                Cluster cluster = new Cluster(own.url(own.createDatabase()), folder)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(300);
            own.stop(Mode.FAST);
            Cluster.pass(Duration.ofSeconds(20));
            own.resume();
            cluster.awaitAcknowledged(300);
            note("database away for 20 s", cluster);
        }
    }

    @Test
    void connectionsAreTerminatedInEveryPhase() throws Exception {
        try (Cluster cluster = new Cluster(server.url(database), folder)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(100);
            int terminated = 0;
            for (int i = 0; i < 20 || (terminated <= 20 && i < 200); i++) {
                passAWhile();
                terminated += server.terminate(database);
            }
            assertThat(terminated).isGreaterThan(20);
            cluster.awaitAcknowledged(100);
            note(terminated + " connections terminated", cluster);
        }
    }

    @Test
    void theNetworkIsSlowCutAndHalfClosed() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.port());
                Cluster cluster = new Cluster(server.url(database), folder)) {
            cluster.start(server.url(database, proxy.port()));
            cluster.start();
            cluster.awaitAcknowledged(100);
            for (int i = 0; i < 5; i++) {
                proxy.delay(Duration.ofMillis(random.nextInt(100)));
                passAWhile();
                proxy.cut();
                passAWhile();
                proxy.halfClose();
                passAWhile();
                proxy.refuse();
                proxy.cut();
                passAWhile();
                proxy.heal();
                passAWhile();
            }
            note("network slow, cut, half-closed, refused", cluster);
        }
    }
}
