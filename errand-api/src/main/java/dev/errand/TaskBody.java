package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * The code of a task that has a result.
 *
 * @param <P> the payload's type
 * @param <O> the output's type
 */
@FunctionalInterface
public interface TaskBody<P extends @Nullable Object, O extends @Nullable Object> {
    /**
     * Does the work, on a thread of its own. It may be called again for the same run after a failure or a crash.
     *
     * @param payload what the trigger carried
     * @param run this run, seen from inside
     * @return the output, written as JSON
     * @throws Exception ends this attempt; the task's {@link Retry} decides what follows. {@link InterruptedException} is what a
     *     body meets that is cancelled, timed out or shut down.
     */
    O run(P payload, RunContext run) throws Exception;
}
