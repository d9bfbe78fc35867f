package dev.errand.engine.step;

import dev.errand.store.StepEntry;
import java.time.Instant;

/**
 * Unwinds a body that waits: its attempt goes on later, perhaps elsewhere. No error of anybody's, so that it is none that code of users
 * catches unawares, and without a stack.
 */
@SuppressWarnings("serial") // it never leaves its process
public final class Suspension extends Error {
    private final StepEntry wait;
    private final Instant until;

    Suspension(StepEntry wait, Instant until) {
        super(
                "The body waits until " + until + "; it is called again then. Nothing is to catch this",
                null,
                false,
                false);
        this.wait = wait;
        this.until = until;
    }

    /** What the body waits for, to be journaled. */
    public StepEntry entry() {
        return wait;
    }

    public Instant until() {
        return until;
    }
}
