package dev.errand.store;

import dev.errand.BatchItem;
import dev.errand.RunId;
import org.jspecify.annotations.Nullable;

/**
 * A run in a batch, as it is stored.
 *
 * @param index its place there, from 0
 * @param run its id; where the item was refused, one that no run has
 * @param refused why there is none; null if there is one, or was
 */
public record BatchMember(int index, RunId run, BatchItem.@Nullable Refused refused) {}
