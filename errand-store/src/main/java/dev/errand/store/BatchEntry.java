package dev.errand.store;

import dev.errand.BatchId;
import dev.errand.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it is stored; what each component means stands at {@link dev.errand.BatchInfo}.
 *
 * @param size how many runs it has, or is to have
 * @param items how many have come of those that it is to have; null if they came with it
 * @param filledAt when the last of these came; null if none has
 * @param key the idempotency key that it was opened with; null for none
 * @param request the request that opened it; null if that is not to be known again
 */
public record BatchEntry(
        BatchId id,
        @Nullable String name,
        Instant createdAt,
        int size,
        @Nullable String onComplete,
        @Nullable String onFailure,
        @Nullable Instant failedAt,
        @Nullable RunId failureRun,
        @Nullable Instant completedAt,
        @Nullable RunId completionRun,
        @Nullable Integer items,
        @Nullable Instant filledAt,
        @Nullable Key key,
        @Nullable Request request) {
    /**
     * @param text as people are shown it
     * @param hash by which it is told from others; null once it was given up
     * @param until when it is free at the latest
     */
    public record Key(String text, @Nullable KeyHash hash, Instant until) {}

    /**
     * @param until when it is forgotten at the latest
     */
    public record Request(KeyHash hash, Instant until) {}

    /** One whose runs come with it. */
    public BatchEntry(
            BatchId id,
            @Nullable String name,
            Instant createdAt,
            int size,
            @Nullable String onComplete,
            @Nullable String onFailure,
            @Nullable Instant failedAt,
            @Nullable RunId failureRun,
            @Nullable Instant completedAt,
            @Nullable RunId completionRun) {
        this(
                id,
                name,
                createdAt,
                size,
                onComplete,
                onFailure,
                failedAt,
                failureRun,
                completedAt,
                completionRun,
                null,
                null,
                null,
                null);
    }

    /** How many of its items have come. */
    public int came() {
        return items == null ? size : items;
    }
}
