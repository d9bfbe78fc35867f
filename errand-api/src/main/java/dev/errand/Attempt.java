package dev.errand;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One try at a run by one node.
 *
 * @param number from 1
 * @param state EXECUTING while it runs; RETRYING if it failed and another followed or will; else the state it ended the run in
 * @param node the number of the node that made it; of one that has waited, or was taken back from a node that died, the last that did
 * @param startedAt when its body started
 * @param endedAt when it ended; null while it runs
 * @param failure why it failed; null if it did not
 * @param version of the code on that node, as its {@linkplain ErrandBuilder#version builder} said; null if it said none, or nothing is
 *     known of the node any more
 */
public record Attempt(
        int number,
        RunState state,
        long node,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Failure failure,
        @Nullable String version) {

    /** How long it took; null while it runs. */
    public @Nullable Duration duration() {
        return endedAt == null ? null : Duration.between(startedAt, endedAt);
    }
}
