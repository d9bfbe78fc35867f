package dev.errand.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.NodeInfo;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that live and cannot say so: another takes their runs, and what they say later does not count. */
class PostgresFencingTest {
    /** Longer than a lease lasts and the leader takes to look, and than two nodes take after each other to lead. */
    private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(32);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    private Path folder;

    @Test
    void aFrozenNodeAndOneCutOffLoseTheirRunsAndWorkAgainAfterwards() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.port());
                Cluster cluster = new Cluster(server.url(database), folder)) {
            Node frozen = cluster.start(); // the first: it leads
            Node cutOff = cluster.start(server.url(database, proxy.port()));
            Node healthy = cluster.start();
            cluster.awaitAcknowledged(300);

            frozen.freeze();
            cutOff.struck();
            proxy.stall();
            Cluster.pass(LONGER_THAN_A_LEASE);
            assertThat(cluster.errand().nodes()).extracting(NodeInfo::pid).contains(healthy.pid());
            assertThat(cluster.errand().nodes()).extracting(NodeInfo::pid).doesNotContain(frozen.pid(), cutOff.pid());
            frozen.thaw();
            proxy.heal();

            cluster.awaitNodes(frozen.pid(), cutOff.pid(), healthy.pid());
            cluster.awaitAcknowledged(300);
            Cluster.note(
                    "postgres-fencing.md",
                    "PostgreSQL: nodes frozen and cut off for longer than their lease",
                    "1 × SIGSTOP, 1 × network stalled, each 32 s | " + cluster.verdict());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+ 3600000000", "- 3600000000"})
    void nodesWhoseClocksAreWrongByAnHourGoByTheDatabase(String hour) throws Exception {
        String url = server.url(database);
        Errand.builder().store(url).concurrency(0).open().close(); // so that there is a schema
        server.execute(
                database,
                "create or replace function errand.now() returns bigint language sql volatile as"
                        + " $$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint %s $$".formatted(hour));
        try (Cluster cluster = new Cluster(url, folder)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(100);

            Instant before = Instant.now();
            Run<?> delayed = cluster.delayed(Duration.ofSeconds(3));
            delayed.result(Duration.ofSeconds(20));

            assertThat(Duration.between(before, Instant.now()))
                    .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(10));
            RunInfo info = delayed.info();
            assertThat(Duration.between(info.createdAt(), before).abs())
                    .as("what is stored is the database's time")
                    .isGreaterThan(Duration.ofMinutes(55));
            Cluster.note(
                    "postgres-clocks" + hour.charAt(0) + ".md",
                    "PostgreSQL: the clocks of all nodes wrong by an hour",
                    "%s 1 h | ".formatted(hour.charAt(0)) + cluster.verdict());
        }
    }
}
