package dev.errand.store;

import dev.errand.BatchId;
import dev.errand.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it is stored; what each component means stands at {@link dev.errand.BatchInfo}.
 *
 * @param size how many runs it has
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
        @Nullable RunId completionRun) {}
