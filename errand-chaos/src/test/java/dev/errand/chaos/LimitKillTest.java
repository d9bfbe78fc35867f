package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.QueueInfo;
import dev.errand.Run;
import dev.errand.TriggerRequest;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two processes work on what limits hold back: of a queue, of keys, of a task. One of the two is killed at a random moment, again and
 * again. By the record of the bodies themselves no limit is ever exceeded, and in the end nothing is taken by what is gone.
 */
@Execution(ExecutionMode.CONCURRENT)
class LimitKillTest {
    private static final int KILLS = Effort.kills();
    private static final int RUNS_BETWEEN = 120;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long SEED = Long.getLong("errand.seed", 20_261_121);

    @Test
    void noLimitIsExceededAndNothingLeaksWhateverIsKilled(@TempDir Path folder) throws Exception {
        kill("jdbc:sqlite:" + folder.resolve("errand.db"), folder, "SQLite", pid -> {});
    }

    @Test
    void itIsSoOnPostgresqlWhereTheDeadCountUntilTheirLeasesEnd(@TempDir Path folder) throws Exception {
        PostgresServer server = PostgresServer.shared();
        String database = server.createDatabase();
        kill(server.url(database), folder, "PostgreSQL", pid -> endLease(server, database, pid));
    }

    /** As if the time had passed that its lease lasts on, and others had looked for the dead all the while. */
    private static void endLease(PostgresServer server, String database, long pid) {
        server.execute(database, """
                update errand.node set beat = 0 where pid = %d;
                update errand.upkeep set leader = 0, until = 0, afresh = 0, looked = errand.now();
                """.formatted(pid));
    }

    /** Of the full number of kills, every third waits for the end of the lease itself. */
    private static void kill(String url, Path folder, String store, LongConsumer endLease) throws Exception {
        Random random = new Random(SEED);
        try (Cluster cluster = Cluster.quiet(url, folder)) {
            List<Node> workers = new ArrayList<>(List.of(cluster.start(), cluster.start()));
            fill(cluster, LimitedWork.fillFew());
            fill(cluster, LimitedWork.fillKeyed());
            fill(cluster, LimitedWork.fillAll());
            for (int kill = 0; kill < KILLS; kill++) {
                cluster.errand()
                        .triggerAll(LimitedWork.requests(RUNS_BETWEEN, random))
                        .forEach(cluster::acknowledge);
                Cluster.pass(Duration.ofMillis(random.nextInt(400)));
                int victim = random.nextInt(workers.size());
                workers.get(victim).kill();
                if (!Effort.full() || kill % 3 > 0) {
                    endLease.accept(workers.get(victim).pid());
                }
                workers.set(victim, cluster.start());
            }
            Cluster.note(
                    "limits-" + store + ".md",
                    "Processes killed while they work under limits, on " + store,
                    "%d times SIGKILL, seed %d | %s".formatted(KILLS, SEED, cluster.verdict()));
            assertLimitsHeld(cluster.occupancy());
            assertNothingIsLeft(cluster.errand().queues().list());
        } catch (AssertionError e) {
            throw new AssertionError("-Derrand.seed=%d: %s".formatted(SEED, e.getMessage()), e);
        }
    }

    /** Nothing else is there meanwhile: so its limit is reached. */
    private static void fill(Cluster cluster, List<TriggerRequest> requests) throws InterruptedException {
        List<Run<?>> runs = List.copyOf(cluster.errand().triggerAll(requests));
        runs.forEach(cluster::acknowledge);
        for (Run<?> run : runs) {
            run.result(PATIENCE);
        }
    }

    /** Each was reached, too: else it would have held back nobody. */
    private static void assertLimitsHeld(Occupancy occupancy) {
        assertThat(occupancy.atMost(Occupancy.ALL)).as("bodies of the task").hasSize(LimitedWork.AT_A_TIME);
        assertThat(occupancy.atMost(LimitedWork.FEW.name()))
                .as("bodies of the queue")
                .hasSize(3);
        assertThat(occupancy.atMost(LimitedWork.KEYED.name()))
                .as("bodies of the queue with keys")
                .hasSize(4);
        for (int key = 0; key < LimitedWork.KEYS; key++) {
            String account = LimitedWork.KEYED.name() + " k" + key;
            assertThat(occupancy.atMost(account)).as("bodies of %s", account).hasSize(1);
        }
        assertThat(occupancy.accounts().stream().filter(account -> account.startsWith("run_")))
                .allSatisfy(run -> assertThat(occupancy.atMost(run))
                        .as("bodies of one run")
                        .hasSize(1));
    }

    private static void assertNothingIsLeft(List<QueueInfo> queues) {
        assertThat(queues).extracting(QueueInfo::name).contains(LimitedWork.FEW.name(), LimitedWork.KEYED.name());
        assertThat(queues).allSatisfy(queue -> {
            assertThat(queue.claimed()).as("slots taken of %s", queue.name()).isZero();
            assertThat(queue.waiting()).as("runs waiting in %s", queue.name()).isZero();
        });
    }
}
