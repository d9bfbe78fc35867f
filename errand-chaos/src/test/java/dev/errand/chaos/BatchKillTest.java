package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Batch;
import dev.errand.BatchInfo;
import dev.errand.BatchOptions;
import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two processes work on batches, and one of the two is killed, again and again: each batch is reported once. */
@Execution(ExecutionMode.CONCURRENT)
class BatchKillTest {
    private static final int KILLS = Effort.full() ? 20 : 3;
    private static final int BATCHES_BETWEEN = 4;
    private static final int RUNS = 40;
    private static final long SEED = Long.getLong("errand.seed", 20_261_121);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void theCallbackOfEachBatchIsTriggeredOnceWhateverIsKilled(@TempDir Path folder) throws Exception {
        kill("jdbc:sqlite:" + folder.resolve("errand.db"), folder, "SQLite");
    }

    @Test
    void itIsOnPostgresqlToo(@TempDir Path folder) throws Exception {
        PostgresServer server = PostgresServer.shared();
        kill(server.url(server.createDatabase()), folder, "PostgreSQL");
    }

    private static void kill(String url, Path folder, String store) throws Exception {
        Random random = new Random(SEED);
        try (Cluster cluster = new Cluster(url, folder)) {
            List<Node> workers = new ArrayList<>(List.of(cluster.start(), cluster.start()));
            List<Batch<Integer>> batches = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                for (int i = 0; i < BATCHES_BETWEEN; i++) {
                    batches.add(trigger(cluster.errand()));
                    Cluster.pass(Duration.ofMillis(random.nextInt(50)));
                }
                int victim = random.nextInt(workers.size());
                workers.get(victim).kill();
                workers.set(victim, cluster.start());
            }
            awaitReports(cluster.errand(), batches);
            Cluster.note(
                    "batches-" + store + ".md",
                    "Processes killed while they work on batches, on " + store,
                    "%d times SIGKILL, %d batches, seed %d | %s"
                            .formatted(KILLS, batches.size(), SEED, cluster.verdict()));
        }
    }

    private static Batch<Integer> trigger(Errand errand) {
        return errand.triggerBatch(
                ChaosWorker.PLAIN,
                Collections.nCopies(RUNS, 1),
                BatchOptions.none().onComplete(ChaosWorker.REPORT));
    }

    private static void awaitReports(Errand errand, List<Batch<Integer>> batches) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<RunId> reports = new ArrayList<>();
        for (Batch<Integer> batch : batches) {
            BatchInfo info = batch.info();
            while (info.completionRun() == null) {
                assertThat(System.nanoTime()).as("it is complete: %s", info).isLessThan(deadline);
                Cluster.pass(Duration.ofMillis(50));
                info = batch.info();
            }
            assertThat(info.count(RunState.COMPLETED)).isEqualTo(RUNS);
            reports.add(info.completionRun());
        }
        List<RunInfo> stored = errand.runs(
                        RunQuery.all().tasks(ChaosWorker.REPORT.id()).limit(1_000))
                .items();
        assertThat(stored).extracting(RunInfo::id).containsExactlyInAnyOrderElementsOf(reports);
    }
}
