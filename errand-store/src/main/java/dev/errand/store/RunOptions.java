package dev.errand.store;

import dev.errand.BatchId;
import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.TimeoutFrom;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger said that few triggers say; kept with the run. Null leaves it to the task.
 *
 * @param metadata a JSON object to start with; null for none
 * @param replayOf the run it repeats; null for none
 * @param batch the batch it belongs to; null for none
 * @param queue the queue it waits in, trigger's or task's; null for the task's own line
 * @param concurrencyKey whose share of limits per key it takes; null for none
 * @param machine what attempts take of their node's budget
 * @param maxDuration how long an attempt may be active; zero for no limit
 * @param idempotencyKey as its user wrote it, to be shown; null for none
 * @param parent the run whose body triggered it, and with which it is cancelled; null for none
 * @param root the run at the top of the tree it is in; its parent, if nothing else is said of one that has a parent; else null
 * @param depth how many runs are above it, from 1; null if it has no parent, or nobody knows
 * @param ttl what was said of that; {@link NewRun#expiresAt} is what counts
 * @param test whether it is a test
 * @param schedule the id of the schedule that triggered it; null for none
 * @param keyText what its idempotency key is shown as; null for the key itself
 */
public record RunOptions(
        @Nullable Duration timeout,
        @Nullable TimeoutFrom timeoutFrom,
        @Nullable Integer maxAttempts,
        @Nullable String metadata,
        @Nullable RunId replayOf,
        @Nullable BatchId batch,
        @Nullable String queue,
        @Nullable String concurrencyKey,
        @Nullable Machine machine,
        @Nullable Duration maxDuration,
        @Nullable String idempotencyKey,
        @Nullable RunId parent,
        @Nullable RunId root,
        @Nullable Integer depth,
        @Nullable Duration ttl,
        boolean test,
        @Nullable String schedule,
        @Nullable String keyText) {

    public RunOptions {
        if (parent == null || root == null) {
            root = parent;
        }
        if (parent == null) {
            depth = null;
        }
    }

    public static final RunOptions NONE = new RunOptions(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, false, null,
            null);

    /** The same, as a part of a batch. */
    public RunOptions in(BatchId batch) {
        return with(draft -> draft.batch = batch);
    }

    /** The same, as triggered by a schedule. */
    public RunOptions by(String schedule) {
        return with(draft -> draft.schedule = schedule);
    }

    /** The same, of a run that repeats another. */
    public RunOptions repeating(RunId run) {
        return with(draft -> draft.replayOf = run);
    }

    public RunOptions asTest() {
        return with(draft -> draft.test = true);
    }

    public RunOptions withMetadata(@Nullable String metadata) {
        return with(draft -> draft.metadata = metadata);
    }

    public RunOptions withQueue(@Nullable String queue) {
        return with(draft -> draft.queue = queue);
    }

    public RunOptions withConcurrencyKey(@Nullable String key) {
        return with(draft -> draft.concurrencyKey = key);
    }

    public RunOptions withMachine(@Nullable Machine machine) {
        return with(draft -> draft.machine = machine);
    }

    /** The same, as triggered by the body of a run that nobody triggered so. */
    public RunOptions withParent(@Nullable RunId parent) {
        return with(draft -> {
            draft.parent = parent;
            draft.root = null;
            draft.depth = null;
        });
    }

    /** The same, as triggered by the body of a run that is in a tree itself. */
    public RunOptions under(RunId parent, RunId root) {
        return with(draft -> {
            draft.parent = parent;
            draft.root = root;
            draft.depth = null;
        });
    }

    private RunOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** What is being changed, by name: so many components cannot be told apart by their places. */
    private static final class Draft {
        private final RunOptions from;

        @Nullable
        String metadata;

        @Nullable
        RunId replayOf;

        @Nullable
        BatchId batch;

        @Nullable
        String queue;

        @Nullable
        String concurrencyKey;

        @Nullable
        Machine machine;

        @Nullable
        RunId parent;

        @Nullable
        RunId root;

        @Nullable
        Integer depth;

        boolean test;

        @Nullable
        String schedule;

        Draft(RunOptions from) {
            this.from = from;
            metadata = from.metadata;
            replayOf = from.replayOf;
            batch = from.batch;
            queue = from.queue;
            concurrencyKey = from.concurrencyKey;
            machine = from.machine;
            parent = from.parent;
            root = from.root;
            depth = from.depth;
            test = from.test;
            schedule = from.schedule;
        }

        RunOptions options() {
            return new RunOptions(
                    from.timeout,
                    from.timeoutFrom,
                    from.maxAttempts,
                    metadata,
                    replayOf,
                    batch,
                    queue,
                    concurrencyKey,
                    machine,
                    from.maxDuration,
                    from.idempotencyKey,
                    parent,
                    root,
                    depth,
                    from.ttl,
                    test,
                    schedule,
                    from.keyText);
        }
    }
}
