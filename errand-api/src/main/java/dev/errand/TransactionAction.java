package dev.errand;

/**
 * The code of a transaction that has no result.
 *
 * @param <X> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface TransactionAction<X extends Exception> {
    /** Does the work, as {@link TransactionBody#run}. */
    void run(Transaction tx) throws X;
}
