package dev.errand.engine.trigger;

import dev.errand.RunId;
import org.jspecify.annotations.Nullable;

/**
 * The body that triggers.
 *
 * @param root the run at the top of the tree that its run is in: that run itself, if it has no parent
 * @param depth how many runs are above its run; null if nobody knows
 */
public record Origin(
        RunId run, int attempt, RunId root, @Nullable Integer depth) {
    /** How many are above what it triggers. */
    @Nullable
    Integer below() {
        return depth == null ? null : (Integer) (depth + 1);
    }
}
