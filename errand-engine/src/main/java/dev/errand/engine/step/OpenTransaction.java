package dev.errand.engine.step;

import dev.errand.StoreException;
import dev.errand.Transaction;
import dev.errand.store.Receipt;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** The transaction that a step is, while its code is called. Of one thread. */
public interface OpenTransaction extends Transaction, AutoCloseable {
    @Override
    Connection connection();

    /**
     * Keeps the result, and commits.
     *
     * @return null if all is to be done again
     * @throws StoreException if nothing was written
     * @throws InterruptedException if it is not known yet whether it was; the next attempt finds out
     */
    @Nullable
    Receipt commit(byte[] result) throws InterruptedException;

    /** Whether an error only means that all is to be done again. */
    boolean isPassing(Throwable error);

    /** Why the store has broken it off; null if it has not. */
    @Nullable
    StoreException brokenOff();

    /** Rolls back what is not committed. */
    @Override
    void close();
}
