package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.StoreException;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There is no connection to be had: others have taken all that the server gives, or all of the pool the engine shares. */
class PostgresConnectionsTest {
    private static final Map<String, String> FEW =
            Map.of("max_connections", "25", "superuser_reserved_connections", "0");
    private static final String NONE_LEFT = "too many clients";
    private static final int ROUNDS = Effort.full() ? 10 : 2;

    @TempDir
    private Path folder;

    @Test
    void nodesComeBackWhenTheServerHasConnectionsAgain() throws Exception {
        try (PostgresServer server = PostgresServer.start(FEW)) {
            String database = server.createDatabase();
            String url = server.url(database);
            try (Cluster cluster = new Cluster(url, folder)) {
                cluster.start();
                cluster.start();
                for (int round = 0; round < ROUNDS; round++) {
                    cluster.awaitAcknowledged(100);
                    exhaust(url, database);
                }
                cluster.awaitAcknowledged(100);
                int refused = server.logged(NONE_LEFT);
                assertThat(refused).isGreaterThan(10);
                Cluster.note(
                        "postgres-connections.md",
                        "PostgreSQL: no connection left",
                        "%d × 2 s, %d connections refused | %s".formatted(ROUNDS, refused, cluster.verdict()));
            }
        }
    }

    /** Takes what is left, then what the nodes have, and keeps it for two seconds. */
    private static void exhaust(String url, String database) throws SQLException {
        List<Connection> taken = new ArrayList<>();
        try {
            takeAll(url, taken);
            try (Statement statement = taken.getFirst().createStatement()) {
                statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database
                        + "' and application_name = 'errand'");
            }
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            while (System.nanoTime() < end) {
                takeAll(url, taken);
                Cluster.pass(Duration.ofMillis(5));
            }
            assertThatThrownBy(() -> Errand.open(url).close())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("has no connection left; raise its max_connections")
                    .message()
                    .hasLineCount(1);
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }

    private static void takeAll(String url, List<Connection> taken) throws SQLException {
        while (true) {
            try {
                taken.add(DriverManager.getConnection(url));
            } catch (SQLException e) {
                if (!"53300".equals(e.getSQLState())) {
                    throw e;
                }
                return;
            }
        }
    }

    @Test
    void nodesComeBackWhenTheApplicationsPoolHasConnectionsAgain() throws Exception {
        PostgresServer server = PostgresServer.shared();
        String database = server.createDatabase();
        try (Cluster cluster = new Cluster(server.url(database), folder)) {
            cluster.start(ScarcePool.PREFIX + server.url(database));
            cluster.start(ScarcePool.PREFIX + server.url(database));
            int terminated = 0;
            for (int round = 0; round < 5 * ROUNDS; round++) {
                cluster.awaitAcknowledged(50);
                terminated += server.terminate(database);
                Cluster.pass(Duration.ofMillis(500));
            }
            cluster.awaitAcknowledged(100);
            Cluster.note(
                    "postgres-pool.md",
                    "PostgreSQL: the application has taken all connections of its pool",
                    "pools empty half of the time, %d connections terminated | %s"
                            .formatted(terminated, cluster.verdict()));
        }
    }
}
