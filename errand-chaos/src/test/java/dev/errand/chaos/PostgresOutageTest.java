package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.PostgresServer.Mode;
import dev.errand.store.postgres.server.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
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

    /** What nodes write while they trigger, claim, start, record, and tell of it. */
    private static final List<String> TRIP = List.of("run", "chunk", "outcome", "event");

    /** And what they write otherwise: logs, items, failed attempts, that they live, that they looked. */
    private static final List<String> BESIDE = List.of("line", "emitted", "attempt", "node", "upkeep");

    private static final String TERMINATE_WHO_WAITS = """
            select count(*) filter (where pg_terminate_backend(pid))
              from pg_stat_activity
             where pg_backend_pid() = any(pg_blocking_pids(pid))
            """;

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

    private static List<String> phases() {
        return Effort.full() ? Stream.concat(TRIP.stream(), BESIDE.stream()).toList() : TRIP;
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

    /** In the midst of a statement on each table, where it waits for a lock; then wherever they are. */
    @Test
    void connectionsAreTerminatedInEveryPhase() throws Exception {
        try (Cluster cluster = new Cluster(server.url(database), folder);
                Rival rival = new Rival(server, database)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(100);
            int terminated = 0;
            for (String table : phases()) {
                rival.run("lock table errand." + table + " in access exclusive mode");
                rival.awaitBlocked();
                terminated += (int) rival.number(TERMINATE_WHO_WAITS);
                rival.commit();
                cluster.awaitAcknowledged(10);
            }
            assertThat(terminated).isGreaterThanOrEqualTo(phases().size());
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
