package dev.errand;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One try at a run by one node.
 *
 * @param number from 1
 * @param state EXECUTING while it runs; RETRYING if it failed and another followed or will; else the state it ended the run in
 * @param node the number of the node that made it
 * @param startedAt when its body started
 * @param endedAt when it ended; null while it runs
 * @param failure why it failed; null if it did not
 */
public record Attempt(
        int number,
        RunState state,
        long node,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Failure failure) {

    /** How long it took; null while it runs. */
    public @Nullable Duration duration() {
        return endedAt == null ? null : Duration.between(startedAt, endedAt);
    }
}
