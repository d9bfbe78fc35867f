package dev.errand.chaos;

import dev.errand.store.postgres.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A store, and what is done to it from outside.
 *
 * @param folder of SQLite's file, and of what its processes say
 * @param server null for SQLite
 */
record Stand(String url, Path folder, @Nullable PostgresServer server, String database) {
    static Stand sqlite(Path folder) {
        return new Stand("jdbc:sqlite:" + folder.resolve("errand.db"), folder, null, "");
    }

    static Stand postgresql(PostgresServer server, Path folder) {
        String database = server.createDatabase();
        return new Stand(server.url(database), folder, server, database);
    }

    /** Where its processes say what goes wrong. */
    Path log() {
        return folder.resolve("workers.log");
    }

    boolean isSqlite() {
        return server == null;
    }

    String name() {
        return isSqlite() ? "SQLite" : "PostgreSQL";
    }

    /** Lets the lease of a process that is dead end at once, where it would only end in time. */
    void endLease(long pid) {
        if (server != null) {
            server.execute(database, """
                    update errand.node set beat = 0 where pid = %d;
                    update errand.upkeep set leader = 0, until = 0, afresh = 0, looked = errand.now();
                    """.formatted(pid));
        }
    }

    /** The same of one that stands still; on SQLite, where it would keep its lock as long as it lives, its file is taken away. */
    void takeAwayLease(long pid) throws IOException, SQLException {
        endLease(pid);
        if (isSqlite()) {
            long node = number("select number from node where pid = " + pid);
            Files.delete(folder.resolve("errand.db-nodes").resolve(node + ".lock"));
        }
    }

    /** Whether somebody keeps all others from writing; on PostgreSQL nobody ever does. */
    boolean isLocked() {
        if (!isSqlite()) {
            return false;
        }
        try {
            execute("pragma busy_timeout = 500", "begin immediate", "rollback");
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    /** All on one connection. */
    void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The number the query answers with. */
    long number(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
