package dev.errand.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Sees to it that a user's connection leads to the store's database. Each is looked at once, whatever pool it comes from. */
final class SameDatabase {
    /** Of this very database, also after a fail-over to its standby. */
    private static final String IDENTITY = """
            select (select system_identifier from pg_control_system()) || '/' || oid || '/' || datname
              from pg_database
             where datname = current_database()
            """;

    private final Settings settings;
    private final Pool pool;
    private final Map<PGConnection, Boolean> checked = Collections.synchronizedMap(new WeakHashMap<>());
    private volatile @Nullable String identity;

    SameDatabase(Settings settings, Pool pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /** @throws IllegalArgumentException if it leads elsewhere */
    void check(Connection connection) throws SQLException {
        if (!connection.isWrapperFor(PGConnection.class)) {
            throw elsewhere(connection.getMetaData().getDatabaseProductName());
        }
        PGConnection driver = connection.unwrap(PGConnection.class);
        if (!checked.containsKey(driver)) {
            String other = read(connection);
            if (!other.equals(identity())) {
                throw elsewhere("the database " + connection.getCatalog());
            }
            checked.put(driver, true);
        }
    }

    private IllegalArgumentException elsewhere(String where) {
        return new IllegalArgumentException("The connection leads to %s, the store is %s; they must be one database"
                .formatted(where, settings.shownUrl()));
    }

    private String identity() {
        String known = identity;
        if (known == null) {
            known = pool.ask(database -> read(database.connection()));
            identity = known;
        }
        return known;
    }

    private static String read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(IDENTITY)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
