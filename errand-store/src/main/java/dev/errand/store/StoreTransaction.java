package dev.errand.store;

import dev.errand.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A transaction of {@link TransactionStore}'s. Of the thread that began it. */
public interface StoreTransaction extends AutoCloseable {
    /** For the code of users': what would end the transaction is refused on it. */
    Connection connection();

    /**
     * Writes the step as {@link Store#record} does, and commits.
     *
     * @return {@link Receipt#LOST} if the claim is held no more; then nothing was written
     * @throws SQLException if it failed. Whether it was committed is for {@link TransactionStore#settle} to say
     */
    Receipt commit(Report.Journaled step) throws SQLException;

    /** Whether what the database refused may succeed if all of the transaction is done again: a deadlock, a serialization failure. */
    boolean isPassing(Throwable error);

    /** Why the store has broken it off by itself; null if it has not. */
    @Nullable
    StoreException brokenOff();

    /** Rolls back what is not committed, and gives the connection back. Once more does nothing. */
    @Override
    void close();
}
