package dev.errand.store;

import dev.errand.BatchId;
import dev.errand.RunId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run about to be stored.
 *
 * @param task a task's id as declared, or any other text: it will wait for a node that knows it
 * @param payload JSON in UTF-8
 * @param createdAt the trigger, by the store's clock
 * @param dueAt when it may start; not before createdAt
 * @param priority seconds of head start
 * @param expiresAt when it ends EXPIRED unless it has started; null for never
 */
public record NewRun(
        RunId id,
        String task,
        @Nullable String name,
        List<String> tags,
        byte[] payload,
        Instant createdAt,
        Instant dueAt,
        int priority,
        @Nullable Instant expiresAt,
        RunOptions options) {

    /** The same, as a part of a batch. */
    public NewRun in(BatchId batch) {
        return new NewRun(id, task, name, tags, payload, createdAt, dueAt, priority, expiresAt, options.in(batch));
    }

    /** The same, as triggered by the schedule with this id. */
    public NewRun by(String schedule) {
        return new NewRun(id, task, name, tags, payload, createdAt, dueAt, priority, expiresAt, options.by(schedule));
    }

    /** The same, as a repetition of another. */
    public NewRun repeating(RunId run) {
        return new NewRun(id, task, name, tags, payload, createdAt, dueAt, priority, expiresAt, options.repeating(run));
    }
}
