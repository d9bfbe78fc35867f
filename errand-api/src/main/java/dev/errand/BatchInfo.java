package dev.errand;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the store knows about a batch.
 *
 * @param size how many runs it has
 * @param states how many of its runs are in which state; states of none are left out
 * @param gone how many were purged, or deleted past their retention, or never came to be since their items were refused
 * @param onComplete the task to trigger when all have ended; null for none
 * @param onFailure the task to trigger when the first has ended otherwise than well; null for none
 * @param failedAt when it was found that a run had; null if none has
 * @param completedAt when it was found that all had ended, or when it was given up; null while some have not
 * @param failureRun the run of {@code onFailure}; null while there is none
 * @param completionRun the run of {@code onComplete}; null while there is none
 * @param items how many of its items have come: all, unless it is one of {@link Batches} that is not sealed
 * @param filledAt when the last of them came; null if none has, or they came with the batch
 * @param idempotencyKey that it was opened with, as people are shown it; null for none
 * @param refused items of which there are no runs, in their order
 */
public record BatchInfo(
        BatchId id,
        @Nullable String name,
        Instant createdAt,
        int size,
        Map<RunState, Integer> states,
        int gone,
        @Nullable String onComplete,
        @Nullable String onFailure,
        @Nullable Instant failedAt,
        @Nullable Instant completedAt,
        @Nullable RunId failureRun,
        @Nullable RunId completionRun,
        int items,
        @Nullable Instant filledAt,
        @Nullable String idempotencyKey,
        List<BatchItem.Refused> refused) {

    public BatchInfo {
        Map<RunState, Integer> copy = new EnumMap<>(RunState.class);
        copy.putAll(states);
        states = Collections.unmodifiableMap(copy);
        refused = List.copyOf(refused);
    }

    /** How many of its runs are in a state. */
    public int count(RunState state) {
        return states.getOrDefault(state, 0);
    }

    /** How many of its runs have ended, those that are gone included. */
    public int ended() {
        return gone
                + states.entrySet().stream()
                        .filter(entry -> entry.getKey().isTerminal())
                        .mapToInt(Map.Entry::getValue)
                        .sum();
    }

    /** Whether all items have come. */
    public boolean isSealed() {
        return items == size;
    }

    /** Whether it takes no more items though not all have come. */
    public boolean isGivenUp() {
        return completedAt != null && !isSealed();
    }
}
