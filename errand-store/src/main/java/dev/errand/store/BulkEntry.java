package dev.errand.store;

import dev.errand.BulkKind;
import dev.errand.BulkState;
import dev.errand.RunId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a bulk action.
 *
 * @param filter which runs, as the engine writes it
 * @param place where the last page of the list of runs ended; null before the first
 * @param listed whether that was the last of all
 * @param pending the runs of that page to which it has yet to be done, or perhaps was
 */
public record BulkEntry(
        String id,
        @Nullable String name,
        BulkKind kind,
        String filter,
        BulkState state,
        @Nullable String place,
        boolean listed,
        List<RunId> pending,
        long total,
        long success,
        long failure,
        Instant createdAt,
        @Nullable Instant endedAt) {
    public BulkEntry {
        pending = List.copyOf(pending);
    }

    /** A new one. */
    public static BulkEntry of(String id, @Nullable String name, BulkKind kind, String filter, Instant createdAt) {
        return new BulkEntry(
                id, name, kind, filter, BulkState.PENDING, null, false, List.of(), 0, 0, 0, createdAt, null);
    }

    /**
     * A page further: what is to be done to these comes next.
     *
     * @param place where it ended; null if it was the last
     * @param left how many more were found, to which it cannot be done
     */
    public BulkEntry found(@Nullable String place, List<RunId> pending, int left) {
        return new BulkEntry(
                id,
                name,
                kind,
                filter,
                state,
                place,
                place == null,
                pending,
                total + pending.size() + left,
                success,
                failure + left,
                createdAt,
                endedAt);
    }

    /** Of those that were to come it was done to so many. */
    public BulkEntry acted(int done) {
        return new BulkEntry(
                id,
                name,
                kind,
                filter,
                state,
                place,
                listed,
                List.of(),
                total,
                success + done,
                failure + pending.size() - done,
                createdAt,
                endedAt);
    }

    /** Whether nothing is left to do. */
    public boolean isDone() {
        return listed && pending.isEmpty();
    }

    public BulkEntry completed(Instant at) {
        return new BulkEntry(
                id,
                name,
                kind,
                filter,
                BulkState.COMPLETED,
                place,
                listed,
                pending,
                total,
                success,
                failure,
                createdAt,
                at);
    }
}
