package dev.errand;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handle on runs that were triggered together. It holds nothing but ids: every question is answered by the store. Any thread may
 * call it.
 *
 * @param <O> the outputs' type
 */
public interface Batch<O extends @Nullable Object> {
    /** The most runs a batch may have. */
    int LARGEST = 10_000;

    BatchId id();

    /** Everything the store knows about it. */
    BatchInfo info();

    /** Handles on its runs, in the order of what was triggered. */
    List<Run<O>> runs();

    /**
     * Waits for the ends of all runs, or until the time has passed, without ever disturbing one. It does not fail when one of them does.
     *
     * @return how they stand then, in the order of what was triggered: {@link RunResult.Completed}, {@link RunResult.Unsuccessful}, or
     *     {@link RunResult.Unfinished} if the time passed first. A run that was deleted meanwhile counts as CANCELED
     * @throws IllegalStateException inside a task's body, where waiting would hold a slot
     */
    List<RunResult<O>> await(Duration timeout) throws InterruptedException;
}
