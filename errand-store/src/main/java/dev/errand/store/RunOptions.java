package dev.errand.store;

import dev.errand.BatchId;
import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.TimeoutFrom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger said that few triggers say; kept with the run. Null leaves it to the task.
 *
 * @param metadata a JSON object to start with; null for none
 * @param replayOf the run it repeats; null for none
 * @param batch the batch it belongs to; null for none
 * @param queue the queue it waits in, trigger's or task's; null for the task's own line
 * @param concurrencyKey whose share of limits per key it takes; null for none
 * @param machine what attempts take of their node's budget
 */
public record RunOptions(
        @Nullable Duration timeout,
        @Nullable TimeoutFrom timeoutFrom,
        @Nullable Integer maxAttempts,
        @Nullable String metadata,
        @Nullable RunId replayOf,
        @Nullable BatchId batch,
        @Nullable String queue,
        @Nullable String concurrencyKey,
        @Nullable Machine machine) {

    public static final RunOptions NONE = new RunOptions(null, null, null, null, null, null, null, null, null);

    /** The same, as a part of a batch. */
    public RunOptions in(BatchId batch) {
        return new RunOptions(
                timeout, timeoutFrom, maxAttempts, metadata, replayOf, batch, queue, concurrencyKey, machine);
    }
}
