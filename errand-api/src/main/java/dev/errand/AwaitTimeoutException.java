package dev.errand;

import java.time.Duration;

/** A wait ended before the run did. The run goes on. */
public final class AwaitTimeoutException extends ErrandException {
    private final transient RunId run;
    private final RunState state;

    public AwaitTimeoutException(RunId run, RunState state, Duration waited) {
        super("%s has not ended within %s; it is %s and goes on".formatted(run, Durations.print(waited), state));
        this.run = run;
        this.state = state;
    }

    public RunId run() {
        return run;
    }

    /** The state when the wait ended. */
    public RunState state() {
        return state;
    }
}
