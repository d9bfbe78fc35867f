package dev.errand;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of a batch besides its runs. Immutable; each method returns a changed copy.
 * {@code BatchOptions.none().name("import").onComplete(REPORT)}.
 *
 * @param name a name for people, which callbacks are told; need not be unique. Null means none
 * @param onComplete the id of the task to trigger once when all runs have ended, however they did. Null means none
 * @param onFailure the id of the task to trigger once when the first run has ended in any way but well. Null means none
 * @param idempotencyKey what makes repeated openings one batch, see {@link Batches#open}; null for none. Others than those that are opened have none
 * @param requestKey what makes an opening that is sent again the batch that the first one opened; null if it is sent once
 */
public record BatchOptions(
        @Nullable String name,
        @Nullable String onComplete,
        @Nullable String onFailure,
        @Nullable IdempotencyKey idempotencyKey,
        @Nullable String requestKey) {

    private static final BatchOptions NONE = new BatchOptions(null, null, null, null, null);

    public BatchOptions {
        if (name != null && (name.isBlank() || name.length() > 256)) {
            throw new IllegalArgumentException("a batch's name has 1 to 256 characters");
        }
        if (requestKey != null) {
            IdempotencyKey.requireKey(requestKey, IdempotencyKey.LONGEST, "the key of a request");
        }
    }

    /** No name, no callbacks. */
    public static BatchOptions none() {
        return NONE;
    }

    public BatchOptions name(String name) {
        return new BatchOptions(name, onComplete, onFailure, idempotencyKey, requestKey);
    }

    /**
     * Triggers the task once when all runs have ended: it is stored in the commit that finds that they have, so that it exists exactly
     * once whichever nodes die meanwhile.
     */
    public BatchOptions onComplete(Task<BatchEnd, ?> task) {
        return onComplete(task.id());
    }

    /** As {@link #onComplete(Task)}, by the task's id or alias. */
    public BatchOptions onComplete(String task) {
        return new BatchOptions(name, task, onFailure, idempotencyKey, requestKey);
    }

    /** Triggers the task once when the first run has ended FAILED, CANCELED, TIMED_OUT, EXPIRED or CRASHED. */
    public BatchOptions onFailure(Task<BatchEnd, ?> task) {
        return onFailure(task.id());
    }

    /** As {@link #onFailure(Task)}, by the task's id or alias. */
    public BatchOptions onFailure(String task) {
        return new BatchOptions(name, onComplete, task, idempotencyKey, requestKey);
    }

    /** Open one batch for this key, see {@link Batches#open}. It has no payload, so that a strict key is as any. */
    public BatchOptions idempotencyKey(IdempotencyKey key) {
        return new BatchOptions(name, onComplete, onFailure, key, requestKey);
    }

    /**
     * Say which request opens it, so that it can be sent again when its answer was lost: within {@link Batches#REQUEST_MEMORY} of the first,
     * one with the same key is answered with the batch of the first, whatever else it says, and is no hit for it.
     *
     * @param key 1 to 2,048 characters that no other request has, such as a UUID
     */
    public BatchOptions requestKey(String key) {
        return new BatchOptions(name, onComplete, onFailure, idempotencyKey, Objects.requireNonNull(key));
    }
}
