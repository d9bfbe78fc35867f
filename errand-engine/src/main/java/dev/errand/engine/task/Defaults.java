package dev.errand.engine.task;

import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an engine's tasks have that say nothing of it themselves.
 *
 * @param machine null for none
 * @param ttl null for none
 * @param maxDuration null for no limit
 */
public record Defaults(
        Retry retry,
        @Nullable Machine machine,
        @Nullable Duration ttl,
        @Nullable Duration maxDuration) {
    /** The task with what it lacks. */
    Task<?, ?> of(Task<?, ?> task) {
        TaskOptions own = task.options();
        TaskOptions all = own.withRetry(own.retryOr(retry))
                .withMachine(own.machine() != null ? own.machine() : machine)
                .withTtl(limit(own.ttl(), ttl))
                .withMaxDuration(limit(own.maxDuration(), maxDuration));
        return all.equals(own) ? task : task.withOptions(all);
    }

    /** Zero says that there is none. */
    private static @Nullable Duration limit(@Nullable Duration own, @Nullable Duration unlessOwn) {
        Duration limit = own != null ? own : unlessOwn;
        return limit == null || limit.isZero() ? null : limit;
    }
}
