package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.chaos.ChaosWorker.Work;
import dev.errand.process.Standstill;
import dev.errand.store.format.Times;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.postgresql.PGConnection;

/** A user's transaction triggers runs and stays open for two minutes while everybody else works at full speed. */
@Isolated("notes how fast others are")
class PostgresOpenTransactionTest {
    private static final Duration OPEN = Effort.full() ? Duration.ofSeconds(120) : Duration.ofSeconds(4);
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ENDED = "select count(*) from errand.outcome";
    private static final String NOW = "select errand.now()";
    private static final int LATE = 20;
    /** Whatever else the machine does: the seconds of a quick check say nothing of speed. How much it is by itself is in the comparison. */
    private static final double LEAST_SHARE = Effort.full() ? 0.75 : 0;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    private Path folder;

    @Test
    void itsRunsStartSoonAfterItsCommitAndNobodyWaitsForItMeanwhile() throws Exception {
        try (Cluster cluster = new Cluster(server.url(database), folder);
                Rival watcher = new Rival(server, database);
                Standstill standstill = Standstill.watched();
                Connection connection = server.connect(database)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(300);
            List<Duration> untilAllStart = new ArrayList<>();
            long before;
            long during;
            Duration stoodStill;
            try (Feed feed = new Feed(cluster)) {
                before = endedWithoutWaiting(OPEN.dividedBy(2), connection, watcher);
                connection.setAutoCommit(false);
                List<Run<?>> late = trigger(cluster, connection);
                cluster.delayed(OPEN.dividedBy(2)); // whoever moves it tells of it in the stream that all share
                during = endedWithoutWaiting(OPEN, connection, watcher);
                Duration stoodStillBefore = standstill.soFar();
                untilAllStart.add(untilAllStart(late, cluster, watcher, connection));
                for (int more = 0; more < 2; more++) {
                    List<Run<?>> others = trigger(cluster, connection);
                    untilAllStart.add(untilAllStart(others, cluster, watcher, connection));
                }
                stoodStill = standstill.soFar().minus(stoodStillBefore);
                feed.assertFeeding();
            }
            cluster.awaitDrained();

            assertThat(untilAllStart.stream().sorted().toList().get(1))
                    .as("the middle one of %s, the machine may have been busy with one", untilAllStart)
                    .isLessThan(SOON.plus(stoodStill));
            assertThat(untilAllStart.getFirst())
                    .as("the one that was open for so long")
                    .isLessThan((Effort.full() ? SOON : SOON.plus(SOON)).plus(stoodStill));
            assertThat(during).as("ended a second, %,d before", before).isGreaterThanOrEqualTo((long)
                    (before * LEAST_SHARE));
            Cluster.note(
                    "postgres-open-transaction.md",
                    "PostgreSQL: a transaction that triggered stays open",
                    "%d runs, open for %d s; until all had started %s; ended a second: %,d before, %,d meanwhile | "
                                    .formatted(LATE, OPEN.toSeconds(), untilAllStart, before, during)
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

    /** Commits while the nodes work, and answers how long it takes until all of these have started, by the database's clock. */
    private static Duration untilAllStart(List<Run<?>> late, Cluster cluster, Rival watcher, Connection connection)
            throws Exception {
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

    /** Answers how many runs end in a second, while nobody ever waits for a transaction on the connection. */
    private static long endedWithoutWaiting(Duration time, Connection connection, Rival watcher) throws Exception {
        String waiting = "select pid from pg_locks where not granted and %d = any(pg_blocking_pids(pid))"
                .formatted(connection.unwrap(PGConnection.class).getBackendPID());
        long first = ended(watcher);
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            assertThat(watcher.finds(waiting))
                    .as("somebody waits for the transaction")
                    .isFalse();
            watcher.commit();
            Cluster.pass(Duration.ofMillis(10));
        }
        return (ended(watcher) - first) / time.toSeconds();
    }

    private static long ended(Rival watcher) throws Exception {
        long ended = watcher.number(ENDED);
        watcher.commit();
        return ended;
    }
}
