package dev.errand;

/**
 * The code of a step without a result.
 *
 * @param <X> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface StepAction<X extends Exception> {
    /** Does the work; see {@link StepBody#run}. */
    void run() throws X;
}
