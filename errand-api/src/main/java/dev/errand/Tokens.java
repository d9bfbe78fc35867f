package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * What bodies wait for that is completed from outside. A token outlives all processes; the first who completes it does, and nothing
 * changes it afterwards. Thread-safe.
 */
public interface Tokens {
    /** A new token that times out after ten minutes. */
    default <T> Token<T> create(Class<T> type) {
        return create(type, TokenOptions.none());
    }

    /** A new token; or the one that is stored, under a key that is held. */
    <T> Token<T> create(Class<T> type, TokenOptions options);

    /** As {@link #create(Class, TokenOptions)}, for types with arguments. */
    <T> Token<T> create(TypeRef<T> type, TokenOptions options);

    /**
     * Completes a token with a value.
     *
     * @param value whatever can be written as JSON, at most 10 MB of it
     * @throws TokenNotFoundException if there is none
     * @throws IllegalArgumentException if the value cannot be written, or is too large
     */
    TokenAnswer complete(TokenId token, @Nullable Object value);

    /**
     * Completes a token with an error.
     *
     * @param error in words, for who waits
     * @throws TokenNotFoundException if there is none
     */
    TokenAnswer fail(TokenId token, String error);

    /** @throws TokenNotFoundException if there is none */
    TokenInfo get(TokenId token);

    Page<TokenInfo> list(TokenQuery query);
}
