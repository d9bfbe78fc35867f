package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * What a loop does in each of its iterations.
 *
 * @param <T> the type of what the loop comes to
 * @param <X> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface LoopBody<T extends @Nullable Object, X extends Exception> {
    /**
     * Makes one iteration, on the thread that called {@link RunContext#loop}.
     *
     * @param iteration which it is, from 0, counted over all attempts of the run
     * @return whether another follows, or what the loop has come to
     */
    LoopAnswer<T> run(int iteration) throws X, InterruptedException;
}
