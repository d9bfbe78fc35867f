package dev.errand.engine.step;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where an attempt was when its body was unwound to wait; kept in the journal beside the run's steps, and read when the attempt goes on.
 *
 * @param attempt which it is of
 * @param began when its body was first called
 * @param timeoutAt when its timeout is over; null for none
 * @param active how long bodies of it have run
 * @param waitsFor the key of what it waits for
 * @param said what its body has said until then, and will say again
 * @param emitted how many bytes it has emitted; null of a version that did not say
 */
public record Bookmark(
        int attempt,
        Instant began,
        @Nullable Instant timeoutAt,
        Duration active,
        String waitsFor,
        Said said,
        @Nullable Long emitted) {}
