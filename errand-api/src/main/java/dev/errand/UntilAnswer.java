package dev.errand;

import java.util.Optional;

/**
 * What a body waits for that has a result as soon as it holds.
 *
 * @param <T> the result's type
 * @param <X> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface UntilAnswer<T, X extends Exception> {
    /**
     * Looks whether it holds, on the thread that called {@link RunContext#until}: now, and again whenever a {@link Value} has changed that
     * it has read on this thread. It changes nothing itself.
     *
     * @return the result, written as JSON; empty if it does not hold yet
     */
    Optional<T> find() throws X;
}
