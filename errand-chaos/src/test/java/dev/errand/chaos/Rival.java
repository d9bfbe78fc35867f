package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A session beside those of the nodes that locks what they need. Its own statements wait as long as they have to. */
final class Rival implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String BLOCKED =
            "select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))";

    private final Connection connection;

    Rival(PostgresServer server, String database) throws SQLException {
        connection = server.connect(database);
        run("set statement_timeout = 0");
        run("set deadlock_timeout = '5min'"); // whoever else is in a deadlock with it finds it first, and gives way
        run("set idle_in_transaction_session_timeout = 0");
        connection.setAutoCommit(false);
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Whether the query answers with any row. */
    boolean finds(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next();
        }
    }

    /** The number the query answers with. */
    long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).as(sql).isTrue();
            return rows.getLong(1);
        }
    }

    /** Waits until somebody waits for what this session has locked. */
    void awaitBlocked() throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (number(BLOCKED) == 0) {
            assertThat(System.nanoTime()).as("somebody waits for this session").isLessThan(deadline);
            Cluster.pass(Duration.ofMillis(2));
        }
    }

    /** Lets go of all. */
    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
