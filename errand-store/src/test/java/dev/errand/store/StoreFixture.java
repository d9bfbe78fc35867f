package dev.errand.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;

/** How the conformance suite reaches the store it is run against: one empty database for each test. */
public interface StoreFixture extends AutoCloseable {
    /** Opens the database, as one more process would; the test closes what it opened. */
    Store open(Clock clock);

    /** Ends this opening of the database as the death of its process would: nothing is given back. */
    void kill(Store store);

    /** Returns once it has looked for its standing request, which it has just been told to be worth while; where it looks before it says so, at once. */
    default void awaitLook(Store store) {}

    /** A connection as a user of the database has it, with auto-commit off. */
    Connection connect() throws SQLException;

    /** A connection to another database of the same kind, with auto-commit off. */
    Connection connectElsewhere() throws SQLException;

    /** Removes the database. */
    @Override
    void close();
}
