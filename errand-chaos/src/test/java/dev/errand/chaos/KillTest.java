package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.process.Standstill;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two processes work on one store while a third triggers; one of the two is killed at a random moment, again and again.
 * {@code -Derrand.kills} says how often, {@code -Derrand.seed} which moments.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillTest {
    private static final int KILLS = Effort.kills();
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final long SEED = Long.getLong("errand.seed", 20_261_121);

    @Test
    void everyAcknowledgedRunEndsOnceWhateverIsKilled(@TempDir Path folder) throws Exception {
        kill("jdbc:sqlite:" + folder.resolve("errand.db"), folder, "SQLite");
    }

    @Test
    void itDoesOnPostgresqlWhereTheirLeasesHaveToEndFirst(@TempDir Path folder) throws Exception {
        PostgresServer server = PostgresServer.shared();
        kill(server.url(server.createDatabase()), folder, "PostgreSQL");
    }

    private static void kill(String url, Path folder, String store) throws Exception {
        Random random = new Random(SEED);
        try (Standstill standstill = Standstill.watched();
                Cluster cluster = new Cluster(url, folder)) {
            List<Node> workers = new ArrayList<>(List.of(cluster.start(), cluster.start()));
            for (int kill = 0; kill < KILLS; kill++) {
                Cluster.pass(Duration.ofMillis(random.nextInt(600)));
                int victim = random.nextInt(workers.size());
                workers.get(victim).kill();
                workers.set(victim, cluster.start());
            }
            String verdict = cluster.verdict();
            assertThat(cluster.recoveries().sinceLastKill())
                    .as("what dead nodes held starts again")
                    .allSatisfy(time -> assertThat(time).isLessThan(LONGEST.plus(standstill.soFar())));
            Cluster.note(
                    "kill-" + store + ".md",
                    "Processes killed at random, on " + store,
                    "%d times SIGKILL, seed %d | %s".formatted(KILLS, SEED, verdict));
        }
    }
}
