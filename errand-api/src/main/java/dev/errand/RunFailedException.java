package dev.errand;

import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A run that somebody waited for ended unsuccessfully: FAILED, CANCELED, TIMED_OUT, EXPIRED or CRASHED. */
public final class RunFailedException extends ErrandException {
    private final transient RunId run;
    private final String task;
    private final RunState state;
    private final String reason;
    private final transient @Nullable Failure failure;
    private final transient BiFunction<Json, Class<?>, @Nullable Object> reader;

    /** @param reader reads the failure's data as a type */
    public RunFailedException(
            RunId run,
            String task,
            RunState state,
            String reason,
            @Nullable Failure failure,
            BiFunction<Json, Class<?>, @Nullable Object> reader) {
        super("%s of task %s ended %s: %s".formatted(run, task, state, reason));
        this.run = run;
        this.task = task;
        this.state = state;
        this.reason = reason;
        this.failure = failure;
        this.reader = reader;
    }

    public RunId run() {
        return run;
    }

    /** The task's id. */
    public String task() {
        return task;
    }

    public RunState state() {
        return state;
    }

    /** Why it did, in words; never empty. */
    public String reason() {
        return reason;
    }

    /** Whether it failed of an error of just this class, by its name. */
    public boolean isOf(Class<? extends Throwable> error) {
        return failure != null && failure.type().equals(error.getName());
    }

    /**
     * What the error had to say besides its message, see {@link ErrorData}; empty if it said nothing.
     *
     * @throws IllegalStateException if it does not fit the type
     */
    public <T> Optional<T> data(Class<T> type) {
        Json data = failure == null ? null : failure.data();
        return data == null ? Optional.empty() : Optional.ofNullable(type.cast(reader.apply(data, type)));
    }

    /** The error, where the state is FAILED. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }
}
