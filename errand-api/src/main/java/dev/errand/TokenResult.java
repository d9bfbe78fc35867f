package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * What came of a token that a body waited for.
 *
 * @param <T> the type of the value
 */
public sealed interface TokenResult<T extends @Nullable Object> {
    TokenId token();

    /** Whether it was completed with a value. */
    default boolean ok() {
        return this instanceof Completed<T>;
    }

    /**
     * The value.
     *
     * @throws TokenFailedException if there is none
     */
    T unwrap();

    /** Somebody completed it with a value. */
    record Completed<T extends @Nullable Object>(TokenId token, T value) implements TokenResult<T> {
        @Override
        public T unwrap() {
            return value;
        }
    }

    /** Somebody completed it with an error, in words. */
    record Failed<T extends @Nullable Object>(TokenId token, String error) implements TokenResult<T> {
        @Override
        public T unwrap() {
            throw new TokenFailedException(token, TokenState.FAILED, error);
        }
    }

    /** Nobody completed it in time. */
    record TimedOut<T extends @Nullable Object>(TokenId token) implements TokenResult<T> {
        @Override
        public T unwrap() {
            throw new TokenFailedException(token, TokenState.TIMED_OUT, "nobody completed it in time");
        }
    }
}
