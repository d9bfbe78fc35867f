package dev.errand;

/**
 * What a body waits for that has no result but that it holds.
 *
 * @param <X> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface UntilCondition<X extends Exception> {
    /** Whether it holds now; see {@link UntilAnswer#find}. */
    boolean holds() throws X;
}
