package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.process.Standstill;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deployment asks a process to end, which works as fast as it can: it finishes what it has begun, and gives the rest back. */
class TerminationTest {
    /** How long an engine lets its bodies finish unless told otherwise; here they take a second at most. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    @Test
    void nothingIsLostNorBegunTwice() throws Exception {
        try (Cluster cluster = new Cluster("jdbc:sqlite:" + folder.resolve("errand.db"), folder)) {
            terminateUnderLoad(cluster, () -> {});
            assertHandedOver(cluster, "SQLite");
        }
    }

    @Test
    void norOnPostgresqlWhereItsClaimsAreFreeAtOnce() throws Exception {
        PostgresServer server = PostgresServer.shared();
        String database = server.createDatabase();
        try (Cluster cluster = new Cluster(server.url(database), folder)) {
            terminateUnderLoad(cluster, () -> {
                assertThat(server.query(database, "select count(*) from errand.chunk where claim <> 0"))
                        .as("rows that are claimed, though no node is left")
                        .isEqualTo("0");
                assertThat(server.query(database, "select count(*) from errand.chunk"))
                        .as("rows that are left to claim")
                        .isNotEqualTo("0");
            });
            assertHandedOver(cluster, "PostgreSQL");
        }
    }

    private static void terminateUnderLoad(Cluster cluster, Runnable ended) throws Exception {
        Node node = cluster.start();
        try (Feed feed = new Feed(cluster);
                Standstill standstill = Standstill.watched()) {
            cluster.awaitAcknowledged(50);
            feed.assertFeeding();
            try {
                assertThat(node.terminate()).as("it ends in time").isLessThan(GRACE.plus(standstill.soFar()));
                cluster.awaitAcknowledged(1);
                ended.run();
            } finally {
                cluster.start(); // without it the feed does not end
            }
        }
    }

    private static void assertHandedOver(Cluster cluster, String store) throws Exception {
        cluster.awaitDrained();
        String verdict = cluster.verdict();

        assertThat(cluster.begun()).as("attempts whose bodies began").doesNotHaveDuplicates();
        assertThat(all(cluster))
                .as("runs, and how often each was given to another")
                .isNotEmpty()
                .allMatch(run -> run.redeliveries() == 0);
        Cluster.note(
                "termination-" + store + ".md",
                "A process told to end while it works at full speed, on " + store,
                "SIGTERM | " + verdict);
    }

    private static List<RunInfo> all(Cluster cluster) {
        List<RunInfo> runs = new ArrayList<>();
        RunQuery query = RunQuery.all().limit(1_000);
        Page<RunInfo> page = cluster.errand().runs(query);
        runs.addAll(page.items());
        while (page.next().isPresent()) {
            page = cluster.errand().runs(query.after(page.next().get()));
            runs.addAll(page.items());
        }
        return runs;
    }
}
