package dev.errand.layout;

import dev.errand.RunId;
import org.jspecify.annotations.Nullable;

/** A claimed row, as its holder remembers it: one run's or a chunk's. Used by its lane only. */
final class Hold {
    final int task;
    final @Nullable String key;
    final long position;
    final RunId first;
    final long claim;
    /** How many of its runs have not ended. */
    int outstanding;

    Hold(int task, @Nullable String key, long position, RunId first, long claim) {
        this.task = task;
        this.key = key;
        this.position = position;
        this.first = first;
        this.claim = claim;
    }

    /** For statements on rows that all have one. */
    String requireKey() {
        if (key == null) {
            throw new IllegalStateException("run " + first + " has no key");
        }
        return key;
    }
}
