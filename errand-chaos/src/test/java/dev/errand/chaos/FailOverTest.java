package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.errand.NodeInfo;
import dev.errand.store.postgres.server.PostgresPair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * PostgreSQL with a synchronous standby: the primary is killed under load and the standby promoted. Nodes find the new primary by
 * themselves, since their URL names both hosts.
 */
class FailOverTest {
    private static final Duration UNTIL_PROMOTED = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    @BeforeEach
    void needsDebiansPostgres() {
        if (!PostgresPair.isInstalled()) {
            System.err.println("\n!!! SKIPPED: the fail-over of PostgreSQL was not tested; it needs the package "
                    + PostgresPair.PACKAGE + " of Debian 12: apt-get install " + PostgresPair.PACKAGE + "\n");
            abort("needs " + PostgresPair.PACKAGE);
        }
    }

    @Test
    void aFailOverLosesNoAcknowledgedRunAndEndsNoneTwice() throws Exception {
        try (PostgresPair pair = PostgresPair.start();
                Cluster cluster = new Cluster(pair.url(pair.createDatabase()), folder)) {
            // given
            cluster.start();
            cluster.start();
            List<Long> nodes = numbers(cluster);
            cluster.awaitAcknowledged(300);
            // when
            pair.killPrimary();
            Cluster.pass(UNTIL_PROMOTED);
            pair.promote();
            // then
            cluster.awaitAcknowledged(300);
            assertThat(numbers(cluster)).as("nobody who is alive is fenced").containsAll(nodes);
            Cluster.note(
                    "fail-over.md",
                    "PostgreSQL 15: the primary is killed, its synchronous standby promoted",
                    "primary killed under load, 2 nodes | " + cluster.verdict());
        }
    }

    private static List<Long> numbers(Cluster cluster) {
        return cluster.errand().nodes().stream()
                .filter(node -> !node.self())
                .map(NodeInfo::number)
                .toList();
    }
}
