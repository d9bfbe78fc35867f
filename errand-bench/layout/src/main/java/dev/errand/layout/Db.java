package dev.errand.layout;

import dev.errand.store.sql.Sql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.postgresql.PGConnection;

/** A connection with its statements, kept prepared, as nodes of the product have it. Used by one thread at a time. */
final class Db implements AutoCloseable {
    private final Connection connection;
    private final PGConnection driver;
    private final Map<String, Sql> statements = new HashMap<>();

    Db(String url) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "errand-layout");
        properties.setProperty("binaryTransferEnable", Integer.toString(UuidArray.OID));
        connection = DriverManager.getConnection(url, properties);
        driver = connection.unwrap(PGConnection.class);
        run("set jit = off");
    }

    Sql sql(String text) throws SQLException {
        Sql known = statements.get(text);
        if (known == null) {
            known = new Sql(connection.prepareStatement(text));
            statements.put(text, known);
        }
        return known;
    }

    /** For a statement that takes columns of rows as arrays. */
    <T> Columns<T> columns(Sql statement, List<T> rows) {
        return new Columns<>(driver, statement, rows);
    }

    void copy(String text, CopyRows rows) throws SQLException {
        rows.send(driver.getCopyAPI(), text);
    }

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Runs statements once, without preparing them. */
    void run(String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }

    long number(String text) throws SQLException {
        return sql(text).number();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
