package dev.errand;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run that somebody waited for ended unsuccessfully: FAILED, CANCELED, TIMED_OUT, EXPIRED or CRASHED. */
public final class RunFailedException extends ErrandException {
    private final transient RunId run;
    private final RunState state;
    private final transient @Nullable Failure failure;

    public RunFailedException(RunId run, String task, RunState state, String reason, @Nullable Failure failure) {
        super("%s of task %s ended %s: %s".formatted(run, task, state, reason));
        this.run = run;
        this.state = state;
        this.failure = failure;
    }

    public RunId run() {
        return run;
    }

    public RunState state() {
        return state;
    }

    /** The error, where the state is FAILED. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }
}
