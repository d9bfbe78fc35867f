package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * The code of a step that has a result.
 *
 * @param <T> the result's type
 * @param <X> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface StepBody<T extends @Nullable Object, X extends Exception> {
    /**
     * Does the work, on the thread that called {@link RunContext#step}.
     *
     * @return the result, written as JSON
     */
    T run() throws X;
}
