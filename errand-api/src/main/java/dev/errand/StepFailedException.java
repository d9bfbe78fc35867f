package dev.errand;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A step that is called at most once was begun before and has not completed: it threw, or its process died in it. It was not called. */
public final class StepFailedException extends ErrandException {
    private final transient RunId run;
    private final String step;
    private final int attempt;
    private final transient @Nullable Failure failure;

    /**
     * @param attempt in which it failed
     * @param failure what it threw; null if its process died in it
     */
    public StepFailedException(RunId run, String step, int attempt, @Nullable Failure failure) {
        super("Step '%s' of run %s failed before completing in attempt %d: %s. It is called at most once, and not again"
                .formatted(step, run, attempt, failure == null ? "the process died in it" : failure.summary()));
        this.run = run;
        this.step = step;
        this.attempt = attempt;
        this.failure = failure;
    }

    public RunId run() {
        return run;
    }

    /** The step's name. */
    public String step() {
        return step;
    }

    /** The attempt in which it failed, from 1. */
    public int attempt() {
        return attempt;
    }

    /** What it threw; empty if its process died in it. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }
}
