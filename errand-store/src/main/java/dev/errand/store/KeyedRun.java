package dev.errand.store;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A run about to be stored, unless an earlier one answers for it. Without any key it is stored as any. */
public record KeyedRun(
        NewRun run,
        @Nullable Idempotency idempotency,
        @Nullable Debounced debounced,
        @Nullable Request request) {
    /** One that is sent once. */
    public KeyedRun(NewRun run, @Nullable Idempotency idempotency, @Nullable Debounced debounced) {
        this(run, idempotency, debounced, null);
    }

    /**
     * At most one run holds the key, see {@link dev.errand.IdempotencyKey}.
     *
     * @param key of the key's text and its scope
     * @param text the key as its user wrote it, for messages
     * @param until when the key is free again
     * @param payload of the payload's JSON in an order of its own, so that the same JSON has the same hash
     */
    public record Idempotency(KeyHash key, String text, Instant until, KeyHash payload, boolean strict) {}

    /**
     * If a run holds the key that is DELAYED, it is moved to where the new one would start, see {@link dev.errand.Debounce}.
     *
     * @param longest counted from the creation of the run that is moved; null for no limit
     */
    public record Debounced(KeyHash key, @Nullable Duration longest, boolean trailing) {}

    /**
     * The run that the first trigger with the key came to answers for all of them, whatever became of it.
     *
     * @param until when the key is forgotten
     */
    public record Request(KeyHash key, Instant until) {}

    /** Whether it has a key of any kind. */
    public boolean hasKey() {
        return idempotency != null || debounced != null || request != null;
    }
}
