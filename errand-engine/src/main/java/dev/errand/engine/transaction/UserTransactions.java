package dev.errand.engine.transaction;

import java.sql.Connection;
import java.sql.SQLException;

/** Connections that users hand over, with a transaction of theirs on them. */
public final class UserTransactions {
    private UserTransactions() {}

    /** Refuses one on which nothing can be joined. */
    public static void check(Connection connection) throws SQLException {
        if (connection.isClosed()) {
            throw new IllegalStateException("The connection is closed; hand over one with an open transaction");
        }
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "The connection is in auto-commit mode, so there is no transaction to join; call setAutoCommit(false) first");
        }
    }
}
