package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * The payload of a batch's callbacks.
 *
 * @param batch the batch's id, for {@link Errand#batch}
 * @param name the batch's; null for none
 * @param size how many runs it has
 * @param completed how many of them have ended well by now
 * @param unsuccessful how many have ended in any other way by now, those that were purged included
 */
public record BatchEnd(String batch, @Nullable String name, int size, int completed, int unsuccessful) {}
