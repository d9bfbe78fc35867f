package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.postgres.server.PostgresServer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What is read of the large tables of a database, as the server counts it. Nobody else may be at work there.
 *
 * @param tables in parentheses, as SQL has them
 */
record Reading(PostgresServer server, String database, String tables) {
    /** Counts from now on. */
    void begin() {
        awaitNobody();
        server.execute(database, "select pg_stat_reset()");
    }

    /** So that what connections counted has been added up. */
    void awaitNobody() {
        String others =
                "select count(*) from pg_stat_activity where datname = '" + database + "' and pid <> pg_backend_pid()";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!"0".equals(server.query(database, others))) {
            assertThat(System.nanoTime()).as("others are still connected").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** No table was read from one end to the other. */
    void assertNoScans() {
        awaitNobody();
        String read = server.query(
                database,
                "select string_agg(relname || ' ' || seq_tup_read, ', ') from pg_stat_user_tables where seq_tup_read > 0"
                        + " and relname in " + tables);
        assertThat(read).as("rows read by sequential scans").isNull();
    }

    /**
     * Indexes were used, and none of them was read through.
     *
     * @param rows how many may have been fetched at most
     * @param pages how many pages of indexes may have been looked at
     */
    void assertWithin(long rows, long pages) {
        awaitNobody();
        assertThat(number("select sum(idx_tup_fetch)::bigint from pg_stat_user_tables where relname in "))
                .as("rows fetched through indexes")
                .isBetween(1L, rows);
        assertThat(
                        number(
                                "select sum(idx_blks_hit + idx_blks_read)::bigint from pg_statio_user_indexes where relname in "))
                .as("pages of indexes")
                .isBetween(1L, pages);
    }

    private long number(String query) {
        return Long.parseLong(String.valueOf(server.query(database, query + tables)));
    }
}
