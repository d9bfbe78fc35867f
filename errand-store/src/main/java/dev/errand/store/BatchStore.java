package dev.errand.store;

import dev.errand.BatchId;
import dev.errand.BatchItem;
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

    /**
     * Stores a batch without runs, which are to {@linkplain #fill come}, unless another holds its key, or was opened by the same request. One
     * that is stored already is left as it is.
     *
     * @param batch of which no item has come yet
     */
    Opened open(BatchEntry batch);

    /**
     * The batch that an opening comes to.
     *
     * @param hit whether it holds the key, and another request opened it
     */
    record Opened(BatchEntry batch, boolean hit) {}

    /**
     * What became of items.
     *
     * @param accepted how many of them are there as they were brought, and were not before
     * @param items how many the batch has now
     * @param size how many it is to have
     * @param givenUp whether it takes no more; then nothing was stored
     */
    record Filled(int accepted, int items, int size, boolean givenUp) {}

    /**
     * Stores items of an open batch, all in one commit, but those whose index is there already, or stands before in the list. Bringing the
     * same once more after a lost answer stores nothing twice.
     *
     * @param items whose index is within the batch
     * @return empty if there is no such batch
     * @throws dev.errand.QueueNotFoundException if nobody declared the queue of one of them; nothing was stored
     * @throws dev.errand.QueueFullException as {@link Store#enqueue(List)}
     * @throws dev.errand.KeyConflictException as {@link KeyStore#enqueue(List)}
     */
    Optional<Filled> fill(BatchId batch, List<NewItem> items);

    /** Items of which there are no runs, in their order. */
    List<BatchItem.Refused> refused(BatchId batch);

    /** Waits for nobody: it is there or not yet. */
    Optional<BatchEntry> find(BatchId batch);

    /** Its runs, in their order, those that are gone included, but not those that never were. */
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
