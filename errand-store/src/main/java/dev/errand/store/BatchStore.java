package dev.errand.store;

import dev.errand.BatchId;
import dev.errand.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Batches: which runs belong together, and what is known of their ends. Whoever has recorded an end, or finds it {@link #ready}, has the store {@link #advance} the
 * batch: it goes through the runs from the first one that was not known to have ended. What is due then is done by
 * {@link #fail} and {@link #complete}, of which only the first of all callers does anything.
 */
public interface BatchStore {
    /**
     * Stores a batch and its runs, all in one commit. One that is stored already is left as it is.
     *
     * @param runs in their order. If there are none the batch is complete
     * @throws dev.errand.QueueFullException as {@link Store#enqueue(List)}; callbacks are never refused
     */
    void create(BatchEntry batch, List<NewRun> runs);

    /** As {@link #create(BatchEntry, List)}, within a caller's transaction; see {@link Store#enqueue(Connection, List)}. */
    void create(Connection connection, BatchEntry batch, List<NewRun> runs) throws SQLException;

    /** Waits for nobody: it is there or not yet. */
    Optional<BatchEntry> find(BatchId batch);

    /** Its runs, in their order, those that are gone included. */
    List<RunId> runs(BatchId batch);

    /** How its runs have ended, and which have not. */
    BatchCounts counts(BatchId batch);

    /** Goes on through its runs. */
    BatchDue advance(BatchId batch);

    /**
     * Writes down that a run has ended otherwise than well, unless that is known, and stores the callback in the same commit.
     *
     * @param callback null for none
     * @return whether it was not known
     */
    boolean fail(BatchId batch, @Nullable NewRun callback);

    /** As {@link #fail}: that all runs have ended. */
    boolean complete(BatchId batch, @Nullable NewRun callback);

    /**
     * Batches with a callback for the first failure that nobody has triggered, though a run has ended otherwise than well: wherever it
     * stands in its batch. Looks at each run that may not have ended. At most so many, the oldest first.
     */
    List<BatchId> failing(int limit);

    /** Batches of which something may be due that nobody has done: {@link #advance} tells. At most so many, the oldest first. */
    List<BatchId> ready(int limit);
}
