package dev.errand;

import java.sql.Connection;

/** A transaction on the store's database, for the time of {@link RunContext#transaction}. Of the thread that began it. */
public interface Transaction {
    /**
     * What is written on it is committed together with the step, or not at all. Whether it is, the engine says: commit, rollback, close
     * and a change of auto-commit are refused; to roll back, throw. Savepoints are free, and so is the isolation level as long as nothing
     * was read yet, on PostgreSQL.
     *
     * <p>{@code errand.with(tx.connection())} triggers in it, and so does {@link RunContext#trigger(Task, Object)} meanwhile.
     */
    Connection connection();
}
