package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunNotFoundException;
import dev.errand.chaos.ChaosWorker.Work;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database answers under load, but with errors: timeouts, deadlocks, whatever a statement or a commit can fail with. */
@Order(2)
class PostgresErrorsTest {
    private static final String TIMED_OUT = "canceling statement due to statement timeout";
    private static final String DEADLOCK = "deadlock detected";
    private static final int ROUNDS = Effort.full() ? 60 : 6;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    private Path folder;

    private void set(String setting) {
        server.execute("alter database %s set %s".formatted(database, setting));
    }

    private static void note(String what, Cluster cluster) throws Exception {
        Cluster.note(
                "postgres-errors-" + what.replaceAll("[^a-z]+", "-") + ".md",
                "PostgreSQL: " + what,
                what + " | " + cluster.verdict());
    }

    // ── statement timeout

    @Test
    void statementsThatTimeOutOnAnyTableAreTriedAgain() throws Exception {
        set("statement_timeout = '1s'");
        try (Cluster cluster = new Cluster(server.url(database), folder);
                Rival rival = new Rival(server, database)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(100);
            int before = server.logged(TIMED_OUT);
            for (String table : List.of(
                    "chunk",
                    "run",
                    "outcome",
                    "event",
                    "tag",
                    "attempt",
                    "line",
                    "emitted",
                    "node",
                    "upkeep",
                    "schedule")) {
                lockUntilSomebodyTimesOut(rival, table);
            }
            for (int burst = 0; burst < 3; burst++) {
                timeOutAnything(Duration.ofMillis(500));
            }
            cluster.awaitAcknowledged(100);
            int struck = server.logged(TIMED_OUT) - before;
            set("statement_timeout = 0"); // who looks what has become of it all may take longer
            server.terminate(database);
            note(struck + " statement timeouts", cluster);
        }
    }

    private void lockUntilSomebodyTimesOut(Rival rival, String table) throws Exception {
        int before = server.logged(TIMED_OUT);
        rival.run("lock table errand." + table + " in access exclusive mode");
        awaitTimedOut(before, "statements on " + table);
        rival.commit();
    }

    private void awaitTimedOut(int before, String what) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (server.logged(TIMED_OUT) == before) {
            assertThat(System.nanoTime()).as(what + " time out").isLessThan(deadline);
            Cluster.pass(Duration.ofMillis(20));
        }
    }

    /** For sessions begun meanwhile, which are all, the timeout is so short that it strikes at random. */
    private void timeOutAnything(Duration length) {
        int before = server.logged(TIMED_OUT);
        set("statement_timeout = '2ms'");
        server.terminate(database);
        Cluster.pass(length);
        awaitTimedOut(before, "some statements");
        set("statement_timeout = '1s'");
        server.terminate(database);
        Cluster.pass(length);
    }

    // ── deadlock

    @Test
    void deadlocksAreBrokenAndWhatFellVictimIsDoneAgain() throws Exception {
        set("deadlock_timeout = '2s'"); // a session looks once, after that time: the circle must be closed by then
        try (Cluster cluster = new Cluster(server.url(database), folder);
                Rival rival = new Rival(server, database)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(100);
            int before = server.logged(DEADLOCK);
            for (int round = 0; round < ROUNDS; round++) {
                lockOneRowThenAll(rival);
                lockTheSharedStreamThenAllRows(rival);
            }
            int deadlocks = server.logged(DEADLOCK) - before;
            assertThat(deadlocks).isGreaterThanOrEqualTo(2 * ROUNDS);
            note(deadlocks + " deadlocks", cluster);
        }
    }

    /** Whoever records an outcome has locked rows and waits for this one; then they wait for each other. */
    private static void lockOneRowThenAll(Rival rival) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!rival.finds(
                "select 1 from errand.chunk where claim <> 0 order by random() limit 1 for update skip locked")) {
            assertThat(System.nanoTime()).as("something is claimed").isLessThan(deadline);
            rival.commit();
        }
        rival.awaitBlocked();
        rival.run("lock table errand.chunk in exclusive mode");
        rival.commit();
    }

    /** Upkeep has moved rows and waits for its turn to tell of it. */
    private static void lockTheSharedStreamThenAllRows(Rival rival) throws Exception {
        rival.run("select pg_advisory_xact_lock(hashtextextended('errand.event', 0))");
        rival.awaitBlocked();
        rival.run("lock table errand.chunk in exclusive mode");
        rival.commit();
    }

    // ── anything

    private static final String MISFORTUNE = """
            create sequence public.misfortunes;
            create function public.misfortune() returns trigger language plpgsql as $$
            declare
                states text[] := array['40001', '40P01', '57014', '55P03', '53200', '58030', 'XX000'];
            begin
                if random() < 0.02 then
                    perform nextval('public.misfortunes');
                    raise exception 'a misfortune' using errcode = states[1 + floor(random() * 7)::int];
                end if;
                return null;
            end
            $$;
            """;

    private static final String STRIKES = """
            create trigger strikes after insert or update or delete on errand.%1$s
                for each statement execute function public.misfortune();
            create constraint trigger strikes_at_commit after insert or update or delete on errand.%1$s
                deferrable initially deferred for each row execute function public.misfortune();
            """;

    /** In transactions of their own: who locks one table after the other ends in a deadlock. */
    private void onEachTable(String sql) {
        String tables = String.valueOf(
                server.query(
                        database,
                        "select string_agg(relname, ' ') from pg_class where relnamespace = 'errand'::regnamespace and relkind = 'r'"));
        for (String table : tables.split(" ", -1)) {
            server.execute(database, sql.formatted(table));
        }
    }

    @Test
    void whateverStatementsAndCommitsFailWithTheyAreDoneAgain() throws Exception {
        set("default_transaction_isolation = 'serializable'"); // which the engine does not want, and undoes
        try (Cluster cluster = new Cluster(server.url(database), folder)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(100);
            server.execute(database, MISFORTUNE);
            onEachTable(STRIKES);
            cluster.awaitAcknowledged(Effort.full() ? 3_000 : 500);
            long struck = Long.parseLong(server.query(database, "select last_value from public.misfortunes"));
            onEachTable("drop trigger strikes on errand.%1$s; drop trigger strikes_at_commit on errand.%1$s");
            assertThat(struck).isGreaterThan(20);
            note(struck + " errors of seven kinds injected at statements and commits", cluster);
        }
    }

    private static final String SERVING_FAILS = """
            create sequence public.misfortunes;
            create function public.misfortune() returns trigger language plpgsql as $$
            begin
                if nextval('public.misfortunes') <= 2 then
                    raise exception 'a misfortune' using errcode = '57014';
                end if;
                return new;
            end
            $$;
            create trigger strikes before update of tasks on errand.node for each row execute function public.misfortune();
            """;

    @Test
    void aNodeThatIsTakenForDeadBecomesOneAgainThoughHalfOfThatFailsAtFirst() throws Exception {
        try (Cluster cluster = new Cluster(server.url(database), folder)) {
            Node node = cluster.start();
            cluster.awaitAcknowledged(100);
            server.execute(database, SERVING_FAILS);
            node.struck();
            server.execute(database, "update errand.node set gone = errand.now() where pid = " + node.pid());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (cluster.errand().nodes().stream()
                    .noneMatch(info -> info.pid() == node.pid() && !info.tasks().isEmpty())) {
                assertThat(System.nanoTime())
                        .as("nodes are " + cluster.errand().nodes())
                        .isLessThan(deadline);
                Cluster.pass(Duration.ofMillis(50));
            }
            note("taken for dead by mistake", cluster);
        }
    }

    // ── serialization failures

    @Test
    void usersTransactionsThatCannotBeSerializedLeaveNoRun() throws Exception {
        server.execute(database, "create table public.account (number int)");
        set("default_transaction_isolation = 'serializable'");
        try (Cluster cluster = new Cluster(server.url(database), folder);
                Connection first = server.connect(database);
                Connection second = server.connect(database)) {
            cluster.start();
            cluster.awaitAcknowledged(100);
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            List<RunId> rolledBack = new ArrayList<>();
            for (int round = 0; round < 2 * ROUNDS; round++) {
                Run<?> kept = readAndTrigger(cluster, first);
                Run<?> lost = readAndTrigger(cluster, second);
                write(first);
                write(second);
                first.commit();
                cluster.acknowledge(kept);
                assertThatThrownBy(second::commit)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("40001"));
                second.rollback();
                rolledBack.add(lost.id());
            }
            cluster.awaitAcknowledged(100);
            assertThat(rolledBack)
                    .allSatisfy(id -> assertThatThrownBy(() -> cluster.errand().run(id))
                            .isInstanceOf(RunNotFoundException.class));
            note(rolledBack.size() + " serialization failures of users who trigger", cluster);
        }
    }

    private static Run<?> readAndTrigger(Cluster cluster, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("select count(*) from public.account").close();
        }
        return cluster.errand().with(connection).trigger(cluster.task(), new Work(1));
    }

    private static void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into public.account values (1)");
        }
    }
}
