package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.StoreException;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that is not written yet migrates the tables under the nodes of this one, as migrations may: it only adds. */
class PostgresUpgradeTest {
    /** One step takes so long at most to get its locks. */
    private static final String STEP = """
            select pg_advisory_xact_lock(hashtextextended('errand.version', 0));
            set local lock_timeout = <wait>;
            """;

    /** Columns and indexes of every table that nodes use, one more table, a function made anew: each a step of its own. */
    private static final String OF_A_TABLE = """
            alter table errand.<table> add column of_next_version text default 'new';
            create index on errand.<table> (of_next_version);
            """;

    private static final String OTHERS = """
            create table errand.of_next_version (number int primary key);
            create or replace function errand.now() returns bigint language sql volatile as
                $$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint $$;
            """;

    private static final String TABLES =
            "select string_agg(relname, ',') from pg_class where relnamespace = 'errand'::regnamespace and relkind = 'r'";
    private static final String VERSION =
            "insert into errand.version (number, oldest) select max(number) + 1, 1 from errand.version;";

    /** SQL states: a deadlock, a lock that was not to be had soon. */
    private static final Set<String> HELD = Set.of("40P01", "55P03");

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    private Path folder;

    private void migrate() {
        for (String table : String.valueOf(server.query(database, TABLES)).split(",", -1)) {
            step(OF_A_TABLE.replace("<table>", table));
        }
        step(OTHERS);
    }

    /** Again while nodes hold what it wants to lock, as migrations do. */
    private void step(String sql) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int wait = 500; ; wait = Math.min(wait * 3 / 2, 4_000)) {
            try {
                server.execute(database, STEP.replace("<wait>", String.valueOf(wait)) + sql + VERSION);
                return;
            } catch (IllegalStateException e) {
                boolean held = e.getCause() instanceof SQLException cause && HELD.contains(cause.getSQLState());
                if (!held || System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    @Test
    void nodesOfTheVersionBeforeWorkOnWhileTheTablesAreMigratedAndAfterwards() throws Exception {
        String url = server.url(database);
        try (Cluster cluster = new Cluster(url, folder)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(300);
            migrate();
            cluster.awaitAcknowledged(300);
            cluster.start(); // late, of the version before
            cluster.awaitAcknowledged(100);

            server.execute(
                    database,
                    "update errand.version set oldest = number where number = (select max(number) from errand.version)");
            assertThatThrownBy(() -> Errand.open(url).close())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContainingAll("newer Errand", "upgrade Errand")
                    .message()
                    .hasLineCount(1);
            cluster.awaitAcknowledged(100);
            assertThat(server.query(database, "select count(*) from errand.run where of_next_version = 'new'"))
                    .isNotEqualTo("0");
            Cluster.note(
                    "postgres-upgrade.md",
                    "PostgreSQL: the tables are migrated by a later version under load",
                    "2 nodes at work, 1 that joined later | " + cluster.verdict());
        }
    }
}
