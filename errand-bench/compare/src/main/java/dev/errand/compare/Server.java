package dev.errand.compare;

import dev.errand.store.postgres.server.PostgresServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The one PostgreSQL of all engines, and what it counts. */
final class Server implements AutoCloseable {
    /** What ours has that is not the default; everything is durable. */
    static final Map<String, String> SETTINGS =
            Map.of("shared_buffers", "1GB", "max_connections", "200", "fsync", "on", "synchronous_commit", "on");

    private static final Pattern DATABASE = Pattern.compile("(jdbc:postgresql://[^/]+/)([^?]*)(\\?.*)?");

    private final @Nullable PostgresServer own;
    private final String url;
    private final Connection connection;
    private final long postmaster;
    private int databases;

    private Server(@Nullable PostgresServer own, String url) throws SQLException {
        this.own = own;
        this.url = url;
        this.connection = DriverManager.getConnection(url);
        this.postmaster = Processes.parent((long) number("select pg_backend_pid()"));
    }

    /** One of our own, in a temporary folder; it ends with us. */
    static Server own() throws SQLException {
        PostgresServer server = PostgresServer.start(SETTINGS);
        return new Server(server, server.url("postgres"));
    }

    /** One of this machine that runs already. */
    static Server at(String url) throws SQLException {
        return new Server(null, url);
    }

    String version() {
        return "PostgreSQL " + text("show server_version");
    }

    /** Makes an empty database; answers its URL. */
    String createDatabase() {
        String name = "compare_" + ProcessHandle.current().pid() + "_" + ++databases;
        execute("create database " + name);
        return in(name);
    }

    void dropDatabase(String databaseUrl) {
        execute("drop database if exists " + database(databaseUrl) + " with (force)");
        execute("checkpoint");
    }

    void checkpoint() {
        execute("checkpoint");
    }

    /** Bytes written to the log so far, by all databases. */
    double wal() {
        return number("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
    }

    double size(String databaseUrl) {
        return number("select pg_database_size('" + database(databaseUrl) + "')");
    }

    double transactions(String databaseUrl) {
        return number("select xact_commit + xact_rollback from pg_stat_database where datname = '"
                + database(databaseUrl) + "'");
    }

    double connections(String databaseUrl) {
        return number("select count(*) from pg_stat_activity where backend_type = 'client backend' and datname = '"
                + database(databaseUrl) + "'");
    }

    /** Processor time of all its processes so far, those that have ended included. */
    double processorSeconds() {
        return Processes.secondsOfTree(postmaster);
    }

    private String in(String database) {
        Matcher parts = parts(url);
        return parts.group(1) + database + (parts.group(3) == null ? "" : parts.group(3));
    }

    private static String database(String url) {
        return parts(url).group(2);
    }

    private static Matcher parts(String url) {
        Matcher parts = DATABASE.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + url
                    + "' is no URL of a database; one looks like jdbc:postgresql://localhost:5432/postgres?user=me");
        }
        return parts;
    }

    /** As libraries of Node want it: user and password before the host. */
    static String forNode(String jdbcUrl) {
        URI uri = URI.create(jdbcUrl.substring("jdbc:".length()));
        String user = "";
        String password = "";
        for (String parameter : (uri.getRawQuery() == null ? "" : uri.getRawQuery()).split("&", -1)) {
            user = parameter.startsWith("user=") ? parameter.substring("user=".length()) : user;
            password = parameter.startsWith("password=") ? ":" + parameter.substring("password=".length()) : password;
        }
        return "postgres://" + (user.isEmpty() ? "" : user + password + "@") + uri.getAuthority() + uri.getRawPath();
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    private double number(String sql) {
        return Double.parseDouble(text(sql));
    }

    private String text(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        if (own != null) {
            own.close();
        }
    }
}
