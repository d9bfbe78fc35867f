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

    /**
     * The run's output.
     *
     * @throws RunFailedException if it ended unsuccessfully
     * @throws IllegalStateException if it has not ended
     */
    O unwrap();

    /** The run completed. */
    record Completed<O extends @Nullable Object>(RunId run, O output) implements RunResult<O> {
        @Override
        public RunState state() {
            return RunState.COMPLETED;
        }

        @Override
        public O unwrap() {
            return output;
        }
    }

    /**
     * The run ended in any other way.
     *
     * @param error as it is thrown at those who want the output
     */
    record Unsuccessful<O extends @Nullable Object>(RunFailedException error) implements RunResult<O> {
        @Override
        public RunId run() {
            return error.run();
        }

        /** The id of the run's task. */
        public String task() {
            return error.task();
        }

        @Override
        public RunState state() {
            return error.state();
        }

        /** Why, in words; never empty. */
        public String reason() {
            return error.reason();
        }

        /** The error, where the state is FAILED; else null. */
        public @Nullable Failure failure() {
            return error.failure().orElse(null);
        }

        @Override
        public O unwrap() {
            throw error;
        }
    }

    /** The wait ended before the run did. */
    record Unfinished<O extends @Nullable Object>(RunId run, RunState state) implements RunResult<O> {
        @Override
        public O unwrap() {
            throw new IllegalStateException("%s has not ended, it is %s".formatted(run, state));
        }
    }
}
