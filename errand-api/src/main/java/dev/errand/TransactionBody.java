package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * The code of a transaction that has a result.
 *
 * @param <T> the result's type
 * @param <X> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface TransactionBody<T extends @Nullable Object, X extends Exception> {
    /**
     * Does the work, on the thread that called {@link RunContext#transaction}; once more from its beginning if the database asks for
     * that.
     *
     * @return the result, written as JSON
     */
    T run(Transaction tx) throws X;
}
