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

    /**
     * A new token; or the one that is stored, under a key that is held.
     *
     * @throws IllegalArgumentException if the options have it time out {@linkplain TokenOptions#timeoutAt at an instant} that does not lie ahead
     */
    <T> Token<T> create(Class<T> type, TokenOptions options);

    /** As {@link #create(Class, TokenOptions)}, for types with arguments. */
    <T> Token<T> create(TypeRef<T> type, TokenOptions options);

    /** As {@link #create(Class, TokenOptions)}, for who does not wait for it himself; tells whether it was there before. */
    CreatedToken create(TokenOptions options);

    /**
     * Completes a token with a value.
     *
     * @param value whatever can be written as JSON, as large as an output may be; {@link Json} passes as it is
     * @throws TokenNotFoundException if there is none
     * @throws IllegalArgumentException if the value cannot be written, or is too large
     */
    TokenAnswer complete(TokenId token, @Nullable Object value);

    /**
     * Completes a token with an error.
     *
     * @param error in words, for who waits: 1 to 8,000 characters
     * @throws TokenNotFoundException if there is none
     * @throws IllegalArgumentException if the error is blank, or longer
     */
    TokenAnswer fail(TokenId token, String error);

    /** @throws TokenNotFoundException if there is none */
    TokenInfo get(TokenId token);

    /** The tokens that pass a query, newest first, page by page. */
    Page<TokenInfo> list(TokenQuery query);
}
