package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CancelAnswer;
import dev.errand.Errand;
import dev.errand.NodeInfo;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.TriggerOptions;
import dev.errand.chaos.ChaosWorker.Work;
import dev.errand.chaos.Entry.Kind;
import dev.errand.process.Standstill;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that live and cannot say so: another takes their runs, and what they say later does not count. */
@Execution(ExecutionMode.CONCURRENT)
class PostgresFencingTest {
    private static final Duration LONGEST_GAP = Duration.ofSeconds(20);

    /** At least: until it is taken for dead, which takes some 18 s. */
    private static final Duration FROZEN = Effort.full() ? Duration.ofMinutes(1) : Duration.ZERO;

    /** Longer than the test takes, were it not interrupted. */
    private static final Duration LONG_BODY = Duration.ofMinutes(3);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A node that dies in a second, of which nothing is left but its row. */
    private static final String DYING = """
            with next as (update errand.upkeep set last_node = last_node + 1 returning last_node)
            insert into errand.node (number, name, pid, concurrency, started, beat)
            select last_node, 'dying', 0, 1, errand.now(), errand.now() - 16500000 from next
            """;

    /** Whoever takes a node for dead waits while somebody holds this lock. */
    private static final String STUMBLING_BLOCK = """
            create function public.stumble() returns trigger language plpgsql as
                $$ begin perform pg_advisory_xact_lock_shared(4711); return new; end $$;
            create trigger stumble before update of gone on errand.node for each row execute function public.stumble();
            """;

    /** Who triggers a hundred runs without being a node waits in the middle of it while somebody holds this lock. */
    private static final String SLOW_NEWS = """
            create function public.wait() returns trigger language plpgsql as
                $$ begin perform pg_advisory_xact_lock_shared(4711); return new; end $$;
            create trigger wait before insert on errand.event for each row when (new.stream = 0 and new.events = 100)
                execute function public.wait();
            """;

    /** Few are stored with one statement, in the middle of which no process can stand still. */
    private static final int MANY = 100;

    private static final String LEADER = "select leader from errand.upkeep";
    private static final String SINCE_RENEWAL = "select errand.now() - (until - 15000000) from errand.upkeep";

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    private Path folder;

    /**
     * It strikes where it hurts most: the leader is about to take a node for dead, all are recording outcomes, and their transactions stay
     * open, with all they have locked.
     */
    @Test
    void aFrozenLeaderAndANodeCutOffLoseTheirRunsAndWorkAgainAfterwards() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.port());
                Cluster cluster = new Cluster(server.url(database), folder);
                Rival rival = new Rival(server, database);
                Standstill standstill = Standstill.watched()) {
            Node frozen = cluster.start();
            Run<?> occupied = cluster.occupy(LONG_BODY);
            Entry begun = cluster.await(Kind.ENTERED, occupied.id(), frozen);
            Node cutOff = cluster.start(server.url(database, proxy.port()));
            Node healthy = cluster.start();
            long leader = lead(rival, cluster, frozen);
            cluster.awaitAcknowledged(300);

            stopAllInTheMiddle(rival);
            frozen.freeze();
            long frozenAt = System.nanoTime();
            cutOff.struck();
            proxy.stall();
            rival.commit();
            long gap = awaitOtherLeader(rival, leader);
            cluster.awaitNodes(healthy.pid());
            awaitGone(rival, leader);
            cluster.await(Kind.ENTERED, occupied.id(), healthy);
            Cluster.pass(FROZEN.minusNanos(System.nanoTime() - frozenAt));
            Duration cutOffFor = Duration.ofNanos(System.nanoTime() - frozenAt);
            frozen.thaw();
            proxy.heal();

            cluster.awaitNodes(frozen.pid(), cutOff.pid(), healthy.pid());
            cluster.awaitAcknowledged(300);
            Entry stopped = cluster.await(Kind.LEFT, occupied.id(), frozen);
            assertThat(Duration.ofNanos(stopped.at() - begun.at()))
                    .as("its body was interrupted")
                    .isLessThan(LONG_BODY);
            assertThat(occupied.state())
                    .as("what it said of that did not count")
                    .isEqualTo(RunState.EXECUTING);
            assertThat(occupied.cancel()).isEqualTo(CancelAnswer.OK);
            assertThat(rival.number(LEADER)).as("who woke up does not lead").isNotEqualTo(leader);
            assertThat(Duration.ofNanos(gap * 1_000))
                    .as("nobody leads")
                    .isLessThan(LONGEST_GAP.plus(standstill.soFar()));
            Cluster.note(
                    "postgres-fencing.md",
                    "PostgreSQL: the leader frozen at its work, another node cut off, until they are taken for dead",
                    "1 × SIGSTOP and 1 × network stalled for %d s, %,d ms without a leader | "
                                    .formatted(cutOffFor.toSeconds(), gap / 1_000)
                            + cluster.verdict());
        }
    }

    /** All who are no nodes, and all upkeep, take turns to tell what they did: whose turn it is may stand still. */
    @Test
    void aProcessThatStandsStillWhileItTriggersHoldsUpNobody() throws Exception {
        try (Cluster cluster = new Cluster(server.url(database), folder);
                Rival rival = new Rival(server, database)) {
            cluster.start();
            // As behind a pooler, where settings of a session are nobody's.
            Node frozen = cluster.startToTrigger(server.url(database) + "&errand.notify=off");
            cluster.awaitAcknowledged(100);
            Run<?> delayed = cluster.errand()
                    .trigger(cluster.task(), new Work(1), TriggerOptions.none().after(Duration.ofHours(1)));

            server.execute(database, SLOW_NEWS);
            rival.run("select pg_advisory_xact_lock(4711)");
            frozen.beginTrigger(MANY, Duration.ZERO);
            awaitWaiting(
                    1, "^with\\s+t as", "pid in (select pid from pg_locks where locktype = 'advisory' and granted)");
            frozen.freeze();
            rival.commit();
            CompletableFuture<CancelAnswer> canceled = CompletableFuture.supplyAsync(delayed::cancel);
            assertThat(canceled.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(CancelAnswer.OK);

            frozen.thaw();
            boolean triggered = frozen.hearWhetherTriggered();
            Cluster.note(
                    "postgres-frozen-trigger.md",
                    "PostgreSQL: a process frozen in the middle of a trigger",
                    "1 × SIGSTOP with a lock that all upkeep needs, %s afterwards | "
                                    .formatted(triggered ? "stored" : "refused")
                            + cluster.verdict());
        }
    }

    /** Makes it the leader; answers its number. */
    private static long lead(Rival rival, Cluster cluster, Node node) throws Exception {
        long number = cluster.errand().nodes().stream()
                .filter(info -> info.pid() == node.pid())
                .mapToLong(NodeInfo::number)
                .findFirst()
                .orElseThrow();
        rival.run("update errand.upkeep set leader = %d, until = errand.now() + 15000000".formatted(number));
        rival.commit();
        return number;
    }

    private void stopAllInTheMiddle(Rival rival) throws Exception {
        server.execute(database, STUMBLING_BLOCK);
        rival.run("select pg_advisory_xact_lock(4711)");
        server.execute(database, DYING);
        awaitWaiting(1, "set gone");
        rival.run("lock table errand.outcome in share mode");
        awaitWaiting(3, "gone as|into errand.outcome");
    }

    private void awaitWaiting(int sessions, String statement) {
        awaitWaiting(sessions, statement, "true");
    }

    private void awaitWaiting(int sessions, String statement, String condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String enough = """
                select count(*) >= %d from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock' and query ~ '%s' and %s
                """.formatted(sessions, statement, condition);
        while (!"t".equals(server.query(database, enough))) {
            assertThat(System.nanoTime())
                    .as("%d wait with %s", sessions, statement)
                    .isLessThan(deadline);
            Cluster.pass(Duration.ofMillis(20));
        }
    }

    /** Answers how long nobody had led in the end, in microseconds by the database's clock. */
    private static long awaitOtherLeader(Rival rival, long before) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long longest = 0;
        while (rival.number(LEADER) == before) {
            longest = Math.max(longest, rival.number(SINCE_RENEWAL));
            rival.commit();
            assertThat(System.nanoTime()).as("another node leads").isLessThan(deadline);
            Cluster.pass(Duration.ofMillis(20));
        }
        rival.commit();
        return longest;
    }

    /** A lease that has ended is not all: who beats again before somebody has taken what it holds keeps that. */
    private static void awaitGone(Rival rival, long node) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (rival.number("select count(*) from errand.node where gone is null and number = " + node) > 0) {
            rival.commit();
            assertThat(System.nanoTime()).as("it is taken for dead").isLessThan(deadline);
            Cluster.pass(Duration.ofMillis(20));
        }
        rival.commit();
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
            assertThat(delayed.result(PATIENCE).state()).isEqualTo(RunState.COMPLETED);

            assertThat(Duration.between(before, Instant.now()))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(3).minus(PostgresClockTest.WAY));
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
