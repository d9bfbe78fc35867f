package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * The code of a task without a result.
 *
 * @param <P> the payload's type
 */
@FunctionalInterface
public interface TaskAction<P extends @Nullable Object> {
    /** Does the work; see {@link TaskBody#run}. */
    void run(P payload, RunContext run) throws Exception;
}
