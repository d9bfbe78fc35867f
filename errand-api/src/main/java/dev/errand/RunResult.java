package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * How a run stands when somebody stops waiting for it: an answer instead of an exception.
 *
 * @param <O> the output's type
 */
public sealed interface RunResult<O extends @Nullable Object> {
    RunId run();

    RunState state();

    /** Whether the run completed. */
    default boolean ok() {
        return this instanceof Completed<O>;
    }

    /** The run completed. */
    record Completed<O extends @Nullable Object>(RunId run, O output) implements RunResult<O> {
        @Override
        public RunState state() {
            return RunState.COMPLETED;
        }
    }

    /**
     * The run ended in any other way.
     *
     * @param reason why, in words; never empty
     * @param failure the error, where the state is FAILED
     */
    record Unsuccessful<O extends @Nullable Object>(
            RunId run,
            RunState state,
            String reason,
            @Nullable Failure failure) implements RunResult<O> {}

    /** The wait ended before the run did. */
    record Unfinished<O extends @Nullable Object>(RunId run, RunState state) implements RunResult<O> {}
}
