package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.NodeInfo;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node's clock is wrong by an hour, the others' and the database's are right. It triggers, works, and leads, as if it were right. */
class PostgresClockTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DELAY = Duration.ofSeconds(2);

    /** Two processes tell the time, and each is behind the database by the shortest way of an answer; that of a busy machine. */
    static final Duration WAY = Duration.ofSeconds(1);

    /** Far less than an hour. */
    private static final Duration MINUTES = Duration.ofMinutes(10);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    private Path folder;

    @BeforeEach
    void needsAnotherTimeOfDay() {
        WrongClock.needs();
    }

    @Test
    void oneNodesClockIsAnHourFastThenAnHourSlow() throws Exception {
        try (Cluster cluster = new Cluster(server.url(database), folder);
                Rival rival = new Rival(server, database)) {
            Node right = cluster.start();
            for (Duration error : new Duration[] {HOUR, HOUR.negated()}) {
                Node wrong = cluster.start(server.url(database), WrongClock.by(error));
                assertThat(Duration.between(Instant.now(), wrong.began()))
                        .as("its clock is wrong")
                        .isBetween(error.minus(MINUTES), error.plus(MINUTES));
                Set<Long> nodes = numbers(cluster, right, wrong);
                assertThat(nodes).hasSize(2);

                RunId delayed = wrong.trigger(DELAY);
                lead(rival, cluster, wrong);
                cluster.awaitAcknowledged(100);

                goesByTheDatabase(cluster, delayed);
                assertThat(numbers(cluster, right, wrong))
                        .as("nobody is fenced")
                        .isEqualTo(nodes);
                wrong.end();
            }
            Cluster.note(
                    "postgres-clock.md",
                    "PostgreSQL: the clock of one node wrong by an hour",
                    "1 node of 2 + 1 h, then - 1 h, leading | " + cluster.verdict());
        }
    }

    /** Makes it the leader, and waits until it has renewed that by itself. */
    private static void lead(Rival rival, Cluster cluster, Node node) throws Exception {
        long number = numbers(cluster, node).iterator().next();
        rival.run("update errand.upkeep set leader = %d, until = errand.now() + 9000000".formatted(number));
        rival.commit();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!rival.finds(
                "select 1 from errand.upkeep where leader = %d and until > errand.now() + 9500000".formatted(number))) {
            rival.commit();
            assertThat(System.nanoTime()).as("it leads").isLessThan(deadline);
            Cluster.pass(Duration.ofMillis(20));
        }
        rival.commit();
    }

    private static void goesByTheDatabase(Cluster cluster, RunId id) throws Exception {
        assertThat(cluster.errand().run(id, cluster.task()).result(PATIENCE).state())
                .isEqualTo(RunState.COMPLETED);
        RunInfo info = cluster.errand().run(id).info();
        assertThat(Duration.between(info.createdAt(), Instant.now())).isBetween(Duration.ZERO, MINUTES);
        assertThat(Duration.between(id.madeAt(), info.createdAt()).abs()).isLessThan(MINUTES);
        assertThat(Duration.between(info.createdAt(), info.startedAt())).isBetween(DELAY.minus(WAY), MINUTES);
    }

    private static Set<Long> numbers(Cluster cluster, Node... nodes) {
        Set<Long> pids = Set.of(nodes).stream().map(Node::pid).collect(Collectors.toSet());
        return cluster.errand().nodes().stream()
                .filter(node -> pids.contains(node.pid()))
                .map(NodeInfo::number)
                .collect(Collectors.toSet());
    }
}
