package dev.errand.store;

import dev.errand.Limits;
import org.jspecify.annotations.Nullable;

/**
 * A queue as it is declared.
 *
 * @param limits null if it is only used: the limits it has stay, and it has none if it is new
 */
public record QueueEntry(String name, @Nullable Limits limits) {}
