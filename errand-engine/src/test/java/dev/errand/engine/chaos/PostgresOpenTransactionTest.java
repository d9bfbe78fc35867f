package dev.errand.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.engine.chaos.ChaosWorker.Work;
import dev.errand.store.format.Times;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A user's transaction triggers runs and stays open for two minutes while everybody else works at full speed. */
@Isolated("measures how fast others are")
class PostgresOpenTransactionTest {
    private static final Duration OPEN = Effort.full() ? Duration.ofSeconds(120) : Duration.ofSeconds(4);
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ENDED = "select count(*) from errand.outcome";
    private static final String NOW = "select errand.now()";
    private static final int LATE = 20;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    private Path folder;

    @Test
    void itsRunsStartSoonAfterItsCommitAndNobodyIsSlowedMeanwhile() throws Exception {
        try (Cluster cluster = new Cluster(server.url(database), folder);
                Rival watcher = new Rival(server, database);
                Connection connection = server.connect(database)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(300);
            long before = endedWithin(OPEN.dividedBy(2), cluster, watcher);

            connection.setAutoCommit(false);
            List<Run<?>> late = trigger(cluster, connection);
            long during =
                    endedWithin(OPEN.dividedBy(2), cluster, watcher) + endedWithin(OPEN.dividedBy(2), cluster, watcher);
            List<Duration> untilAllStart = new ArrayList<>();
            untilAllStart.add(untilAllStart(late, cluster, watcher, connection));
            for (int more = 0; more < 2; more++) {
                List<Run<?>> others = trigger(cluster, connection);
                untilAllStart.add(untilAllStart(others, cluster, watcher, connection));
            }

            assertThat(untilAllStart.stream().sorted().toList().get(1))
                    .as("the middle one of %s, the machine may have been busy with one", untilAllStart)
                    .isLessThan(SOON);
            // A quarter: the machine may be slower now than it was then.
            assertThat(during).as("ended in twice the time of before").isGreaterThan(before / 4);
            Cluster.note(
                    "postgres-open-transaction.md",
                    "PostgreSQL: a transaction that triggered stays open",
                    "%d runs, open for %d s; %,d runs ended meanwhile, %,d in half the time before | "
                                    .formatted(LATE, OPEN.toSeconds(), during, before)
                            + cluster.verdict());
        }
    }

    private static List<Run<?>> trigger(Cluster cluster, Connection connection) {
        List<Run<?>> late = new ArrayList<>();
        for (int i = 0; i < LATE; i++) {
            late.add(cluster.errand().with(connection).trigger(cluster.task(), new Work(i)));
        }
        return late;
    }

    /** Commits once the nodes have done what they were given before, and answers how long it takes until all of these have started. */
    private static Duration untilAllStart(List<Run<?>> late, Cluster cluster, Rival watcher, Connection connection)
            throws Exception {
        cluster.awaitDrained();
        connection.commit();
        long committed = watcher.number(NOW);
        watcher.commit();
        late.forEach(cluster::acknowledge);
        long last = committed;
        for (Run<?> run : late) {
            run.result(PATIENCE);
            last = Math.max(last, Times.micros(Objects.requireNonNull(run.info().startedAt())));
        }
        return Duration.ofNanos((last - committed) * 1_000);
    }

    /** Gives the nodes more than they can do, and answers how much they did. */
    private static long endedWithin(Duration time, Cluster cluster, Rival watcher) throws Exception {
        long first = watcher.number(ENDED);
        watcher.commit();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            cluster.drain(Collections.nCopies(500, 1));
        }
        long last = watcher.number(ENDED);
        watcher.commit();
        return last - first;
    }
}
