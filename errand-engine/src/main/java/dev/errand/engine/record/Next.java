package dev.errand.engine.record;

import dev.errand.Failure;
import dev.errand.RunState;
import java.time.Instant;

/** What becomes of a run after an attempt. Users see {@link RunState}; this is how the engine decides. */
public sealed interface Next {
    record Complete(byte[] output) implements Next {}

    /** @param retriable whether somebody may retry it by hand */
    record Fail(Failure failure, boolean retriable) implements Next {}

    record Retry(Instant dueAt, Failure failure) implements Next {}

    /** Any other end: CANCELED, TIMED_OUT, EXPIRED or CRASHED. */
    record End(RunState state, String reason) implements Next {}

    record Release() implements Next {}
}
