package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * The code of a branch that has a result.
 *
 * @param <T> the result's type
 */
@FunctionalInterface
public interface BranchBody<T extends @Nullable Object> {
    /**
     * Does the work, on a thread of its own.
     *
     * @return the result, written as JSON
     */
    T run() throws Exception;
}
