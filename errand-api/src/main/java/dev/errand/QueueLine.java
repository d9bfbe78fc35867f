package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Runs of one task that wait for their turn together: in one queue, and of one key if they have any.
 *
 * @param task the task's id
 * @param queue in which they wait; null for the task's own line
 * @param key whose share of the limits per key they take; null for none
 * @param waiting how many there are that nobody has claimed, about: of those that were triggered together some may have ended
 * @param since when that could have started, or started again, that is first in it
 */
public record QueueLine(
        String task, @Nullable String queue, @Nullable String key, long waiting, Instant since) {}
