package dev.errand.store;

import dev.errand.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Triggers with keys, and who holds which. Of a task's key of a kind there is one holder at any time, whatever number of processes
 * trigger: they do so one after another.
 *
 * <p>A key belongs to its run: it is written in the commit that stores the run, and deleted with the run. An idempotency key is free if
 * its time has passed, or its run has ended in another way than COMPLETED or CANCELED; both are seen when somebody wants the key, so
 * that ending a run costs nothing for it.
 */
public interface KeyStore {
    /**
     * The run that a trigger comes to.
     *
     * @param hit whether it is an earlier one, so that no run was stored; not if it is the answer to the same request
     */
    record Stored(RunId run, boolean hit) {}

    /**
     * Stores new runs unless earlier ones answer for them, all in one commit. Sending the same runs again after
     * a lost answer stores nothing twice and says what was said, or would have been.
     *
     * @return what became of each, in order
     * @throws dev.errand.KeyConflictException if a strict key is held for another payload; then nothing is stored
     * @throws dev.errand.StoreException also if a transaction of a user's has used one of the keys and stays open for long; then
     *     nothing is stored
     */
    List<Stored> enqueue(List<KeyedRun> runs);

    /**
     * As {@link #enqueue(List)}, within a caller's transaction: who wants one of the keys meanwhile waits for its end.
     *
     * @param connection with auto-commit off
     * @throws IllegalArgumentException if it leads to another database than the store's, or one of the runs is debounced
     */
    List<Stored> enqueue(Connection connection, List<KeyedRun> runs) throws SQLException;

    /**
     * Frees an idempotency key.
     *
     * @return whether a run held it
     */
    boolean reset(String task, KeyHash key);
}
