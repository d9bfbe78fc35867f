package dev.errand.store.sqlite;

import dev.errand.store.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/** A connection to the file with its statements, kept prepared. Used by one thread at a time. */
final class Database implements AutoCloseable {
    /** Even a setting reads the file, which another process may be making just now. */
    private static final int OPENING_MILLIS = 10_000;

    private static final int READER_PAGES_KIB = 8_000;
    private static final int MOST_STATEMENTS = 100;
    private static final int WRITER_PAGES_KIB = 64_000;

    private final Connection connection;
    private final Map<String, Sql> statements = new HashMap<>();

    private Database(Connection connection) {
        this.connection = connection;
    }

    /** The one that writes. Whoever finds the file locked is told so at once and tries again in its own time. */
    static Database writer(Location location) throws SQLException {
        return impatient(location, WRITER_PAGES_KIB);
    }

    /** One for users' transactions, beside the writer's. */
    static Database beside(Location location) throws SQLException {
        return impatient(location, READER_PAGES_KIB);
    }

    private static Database impatient(Location location, int pagesKib) throws SQLException {
        Database database = connect(location);
        try {
            database.run("pragma busy_timeout = " + OPENING_MILLIS);
            database.run("pragma cache_size = -" + pagesKib);
            database.run("pragma wal_autocheckpoint = " + Checkpoints.PAGES);
            database.run("pragma synchronous = " + (location.temporary() ? "off" : "full"));
            database.run("pragma busy_timeout = 0");
            return database;
        } catch (SQLException | RuntimeException e) {
            Opening.discard(database);
            throw e;
        }
    }

    /** One that only asks. */
    static Database reader(Location location) throws SQLException {
        Database database = connect(location);
        database.run("pragma busy_timeout = 5000");
        database.run("pragma cache_size = -" + READER_PAGES_KIB);
        database.run("pragma query_only = on");
        return database;
    }

    /** A user's connection, which stays his: to be left by {@link #forgetStatements}, not closed. */
    static Database of(Connection connection) {
        return new Database(connection);
    }

    private static Database connect(Location location) throws SQLException {
        Connection connection = JDBC.createConnection("jdbc:sqlite:" + location.file(), new Properties());
        return new Database(connection);
    }

    /** The statement, prepared when first asked for. */
    Sql sql(String text) throws SQLException {
        Sql known = statements.get(text);
        if (known == null) {
            known = new Sql(connection.prepareStatement(text));
            statements.put(text, known);
        }
        return known;
    }

    /** Runs statements once, without keeping them. */
    void run(String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    /** For those who ask with texts made to order: keeps them only as long as they are not too many. */
    void tidy() {
        if (statements.size() > MOST_STATEMENTS) {
            forgetStatements();
        }
    }

    /** Prepares all statements anew: the driver leaves one that has failed unusable. */
    void forgetStatements() {
        statements.values().forEach(Sql::close);
        statements.clear();
    }

    Connection connection() {
        return connection;
    }

    /** Breaks off what it executes just now; any thread. */
    void interrupt() throws SQLException {
        connection.unwrap(SQLiteConnection.class).getDatabase().interrupt();
    }

    long number(String text) throws SQLException {
        return sql(text).number();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
