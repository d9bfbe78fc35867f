package dev.errand;

import java.time.Duration;
import java.util.List;

/**
 * Batches that are filled bit by bit, by whoever knows their ids. How many items one has is said when it is opened; each has an index, from 0,
 * and is taken once, however often it is brought. The runs of those that came start at once. When all have come the batch is sealed, and like
 * one that was triggered at once: only then can it be complete.
 *
 * <p>One that is not sealed within {@link #OPEN_FOR} of its last item, or of its opening, is given up: it takes no more, its callback for
 * completion is not triggered, and its runs go on.
 */
public interface Batches {
    /** How long a batch waits for the next of its items. */
    Duration OPEN_FOR = Duration.ofDays(1);

    /** How long a request that opened one is known again, see {@link BatchOptions#requestKey}. */
    Duration REQUEST_MEMORY = TriggerOptions.REQUEST_MEMORY;

    /**
     * Opens one. If another holds the idempotency key of the options nothing is stored, and the answer is about that one. A key is held until
     * its life ends, its batch is given up, or deleted.
     *
     * @param size how many items it is to have, from 1 to {@value Batch#LARGEST}
     * @throws TaskNotFoundException if nobody declared the task of a callback
     * @throws IllegalArgumentException if it is of another size
     */
    Opened open(int size, BatchOptions options);

    /**
     * Takes items, all in one commit: those whose index is new. A repeated index changes nothing, whatever comes with it. What cannot become a run
     * counts as well, and is told of by {@link BatchInfo#refused()}: a task that nobody declared, a payload that does not fit, a queue that is not
     * there. If a run answers already for an item, by its idempotency key or by debounce, it belongs to this batch, too.
     *
     * @throws BatchNotFoundException if there is no such batch
     * @throws IllegalArgumentException if an index is beyond the batch, or it was given up; nothing was stored
     * @throws QueueFullException if too many runs are pending where one of them would be; nothing was stored
     * @throws KeyConflictException if a strict key of an item is held for another payload; nothing was stored
     * @throws StoreException if the store could not be reached; they may or may not have been taken: bring them again
     */
    Filling fill(BatchId batch, List<BatchItem> items);

    /**
     * How far it has come.
     *
     * @throws BatchNotFoundException if there is no such batch
     */
    Filling filling(BatchId batch);

    /**
     * A batch that was opened.
     *
     * @param hit whether it was there already, and holds the key
     */
    record Opened(BatchId id, int size, boolean hit) {}

    /**
     * What became of items.
     *
     * @param accepted how many of them were taken now
     * @param repeated how many had come already
     * @param items how many the batch has by now
     * @param size how many it is to have
     */
    record Filling(int accepted, int repeated, int items, int size) {
        /** Whether all have come. */
        public boolean isSealed() {
            return items == size;
        }
    }
}
