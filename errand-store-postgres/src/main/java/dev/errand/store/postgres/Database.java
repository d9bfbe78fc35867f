package dev.errand.store.postgres;

import dev.errand.store.sql.Sql;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** A connection with its statements, kept prepared. Used by one thread at a time. Statements name the schema {@code errand}. */
final class Database implements AutoCloseable {
    private static final String WRITTEN = "errand.";
    private static final int MOST_STATEMENTS = 200;
    /** The state of warnings that have no other. */
    private static final String REMARK = "01000";

    private final Connection connection;
    private final String prefix;
    private final boolean ours;
    private final Map<String, Sql> statements = new HashMap<>();
    private @Nullable String atBegin;
    private @Nullable String atReturn;

    private Database(Connection connection, String prefix, boolean ours) {
        this.connection = connection;
        this.prefix = prefix;
        this.ours = ours;
    }

    Database(Connection connection, String schema) throws SQLException {
        this(connection, schema + ".", true);
        connection.setAutoCommit(true);
        if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    /** A user's connection in the middle of a transaction of his: to be left as it is. */
    static Database of(Connection connection, String schema) {
        return new Database(connection, schema + ".", false);
    }

    /** Sets what is to be as it was when the connection goes back to its owner. */
    void borrow(String set, String reset) throws SQLException {
        run(set);
        atReturn = reset;
    }

    /** Sets in each transaction what cannot be set for longer, as others use the connection in between. */
    void beginWith(String set) {
        atBegin = set;
    }

    /** The statement, prepared when first asked for. */
    Sql sql(String text) throws SQLException {
        Sql known = statements.get(text);
        if (known == null) {
            known = new Sql(connection.prepareStatement(named(text)));
            statements.put(text, known);
        }
        return known;
    }

    /** Does what gets no answer but within so many milliseconds of each question; later the connection is of no use any more. */
    <T extends @Nullable Object> T within(int millis, Pool.Work<T> work) throws SQLException {
        int usual = connection.getNetworkTimeout();
        if (usual > 0 && usual <= millis) {
            return work.with(this);
        }
        connection.setNetworkTimeout(Runnable::run, millis);
        try {
            return work.with(this);
        } finally {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, usual);
            }
        }
    }

    /** Runs statements once, without keeping them. */
    void run(String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(named(script));
        }
    }

    /** The text for this database's schema. */
    String named(String text) {
        return prefix.equals(WRITTEN) ? text : text.replace(WRITTEN, prefix);
    }

    String schema() {
        return prefix.substring(0, prefix.length() - 1);
    }

    /** An array for a parameter; of a type's name and of longs, ints, shorts, or objects. */
    Array array(String type, Object elements) throws SQLException {
        return driver().createArrayOf(type, elements);
    }

    CopyManager copy() throws SQLException {
        return driver().getCopyAPI();
    }

    PGConnection driver() throws SQLException {
        return connection.unwrap(PGConnection.class);
    }

    Connection connection() {
        return connection;
    }

    void begin() throws SQLException {
        connection.clearWarnings();
        connection.setAutoCommit(false);
        if (atBegin != null) {
            sql(atBegin).each(row -> {});
        }
    }

    /** Throws as for a lost answer where the commit may not have reached the standby it waits for. */
    void commit() throws SQLException {
        connection.commit();
        requireReplicated(connection.getWarnings());
        connection.setAutoCommit(true);
    }

    /**
     * Of a commit that was made, PostgreSQL only remarks that somebody broke off its wait for the synchronous standby: a fail-over may
     * lose it.
     *
     * @param remark with the commit; null for none
     */
    static void requireReplicated(@Nullable SQLWarning remark) throws SQLException {
        if (remark != null && REMARK.equals(remark.getSQLState())) {
            throw new SQLException(remark.getMessage(), "08007", remark);
        }
    }

    void rollback() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /** For those who ask with texts made to order: keeps them only as long as they are not too many. */
    void tidy() {
        if (statements.size() > MOST_STATEMENTS) {
            forgetStatements();
        }
    }

    private void forgetStatements() {
        statements.values().forEach(Sql::close);
        statements.clear();
    }

    /** Gives it up, whatever state it is in; a user's is only left. */
    @Override
    public void close() {
        if (!ours) {
            forgetStatements();
            return;
        }
        try {
            if (!connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
            }
            if (atReturn != null && !connection.isClosed()) {
                run(atReturn);
            }
        } catch (SQLException e) {
            // It is broken, which may be why it is given up.
        }
        try {
            connection.close();
        } catch (SQLException e) {
            // The same.
        }
    }
}
