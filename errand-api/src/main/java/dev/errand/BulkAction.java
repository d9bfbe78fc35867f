package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request about all runs that a filter finds, as the store saw it at one moment.
 *
 * @param id {@code bulk_} and 26 characters
 * @param name what whoever began it called it; null for nothing
 * @param kind what is done to each run
 * @param state how far it is
 * @param total how many runs were found so far; all of them once it is COMPLETED
 * @param success to how many of them it was done
 * @param failure to how many it could not be done: those that had ended before they were cancelled, say
 * @param createdAt when it began; what is triggered later is left
 * @param endedAt when it completed or was aborted; null before
 */
public record BulkAction(
        String id,
        @Nullable String name,
        BulkKind kind,
        BulkState state,
        long total,
        long success,
        long failure,
        Instant createdAt,
        @Nullable Instant endedAt) {}
