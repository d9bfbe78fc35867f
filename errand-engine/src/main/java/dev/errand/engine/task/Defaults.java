package dev.errand.engine.task;

import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskOptions;
import org.jspecify.annotations.Nullable;

/**
 * What an engine's tasks have that say nothing of it themselves.
 *
 * @param machine null for none
 */
public record Defaults(Retry retry, @Nullable Machine machine) {
    /** The task with what it lacks. */
    Task<?, ?> of(Task<?, ?> task) {
        TaskOptions own = task.options();
        if (own.retry() != null && (own.machine() != null || machine == null)) {
            return task;
        }
        TaskOptions all = own.withRetry(own.retryOr(retry));
        return task.withOptions(all.machine() == null ? all.withMachine(machine) : all);
    }
}
