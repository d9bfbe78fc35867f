package dev.errand;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Other runs as a body sees them, which is what a {@link RunContext} is: it looks how they stand, and waits in a condition for them to end.
 *
 * <pre>{@code
 * Receipt receipt = run.until("paid", Receipt.class, () ->
 *         run.resultOf(payment, Receipt.class).map(RunResult::unwrap));
 * }</pre>
 *
 * <p>What is read here is how a run stands just then, in each attempt anew. In a condition of {@link ValueContext#until} it is noted, and the
 * condition is looked at again when the run has ended, in whichever way, or is deleted; of all the runs that it has read, the first that does. Not
 * when it starts, waits, or reports progress: nobody is woken for that. A handle of a run ({@link Run#state}, {@link Run#isFinished}, {@link
 * Run#info}) is as good to look by in a condition, if it is of the engine in which the body runs.
 */
public interface OtherRuns {
    /**
     * How a run stands.
     *
     * @throws RunNotFoundException if there is none; it may have been deleted
     * @throws IllegalArgumentException of the run whose body this is, whose end it would never see
     * @throws IllegalStateException in an isolated attempt, which has no way to the store
     * @throws StoreException if the store was away, or a transaction open that may be storing the run, for 30 s; or if the thread was interrupted
     *     meanwhile
     */
    RunInfo infoOf(RunId run);

    /**
     * How a run has ended.
     *
     * @param type of its output
     * @return empty while it has not
     * @throws IllegalStateException also if the output does not fit the type
     * @throws RunNotFoundException as {@link #infoOf}, and likewise all else
     */
    <O extends @Nullable Object> Optional<RunResult<O>> resultOf(RunId run, Class<O> type);

    /** As {@link #resultOf(RunId, Class)}, for types with arguments. */
    <O extends @Nullable Object> Optional<RunResult<O>> resultOf(RunId run, TypeRef<O> type);
}
