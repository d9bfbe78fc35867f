package dev.errand.engine.step;

import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Unwinds a body that waits: its attempt goes on later, perhaps elsewhere. No error of anybody's, so that it is none that code of users
 * catches unawares, and without a stack.
 */
@SuppressWarnings("serial") // it never leaves its process
public final class Suspension extends Error {
    private final String key;
    private final List<StepEntry> entries;
    private final @Nullable Instant until;
    private final Report.@Nullable Awaits awaits;

    Suspension(String key, List<StepEntry> entries, @Nullable Instant until, Report.@Nullable Awaits awaits) {
        super("The body waits, and is called again when that is over. Nothing is to catch this", null, false, false);
        this.key = key;
        this.entries = entries;
        this.until = until;
        this.awaits = awaits;
    }

    /** The key of what the body waits for. */
    public String key() {
        return key;
    }

    /** What is to be journaled with the wait. */
    public List<StepEntry> entries() {
        return entries;
    }

    /** When it ends at the latest; null for no limit. */
    public @Nullable Instant until() {
        return until;
    }

    /** What ends it besides; null for nothing. */
    public Report.@Nullable Awaits awaits() {
        return awaits;
    }
}
