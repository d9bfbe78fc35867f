package dev.errand;

import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that is completed from outside, once: an approval, a payment, an answer of another system. Bodies wait for it by
 * {@link RunContext#await}; who has its id completes it by {@link Tokens#complete}.
 *
 * @param <T> the type of the value
 * @param name as whoever created it named it, if that is known here
 * @param type of the value
 */
@SuppressWarnings("UnusedTypeParameter") // it is the type of what is awaited
public record Token<T extends @Nullable Object>(TokenId id, String name, Type type) {
    /** Not its id, which is a secret, while names are in messages. */
    private static final String UNKNOWN = "token";

    public Token {
        Objects.requireNonNull(id, "id");
        TokenOptions.requireName(name);
        Objects.requireNonNull(type, "type");
    }

    /** One that was created elsewhere, whose name is not known here. */
    public static <T> Token<T> of(TokenId id, Class<T> type) {
        return new Token<>(id, UNKNOWN, type);
    }

    /** As {@link #of(TokenId, Class)}, of a type with arguments. */
    public static <T> Token<T> of(TokenId id, TypeRef<T> type) {
        return new Token<>(id, UNKNOWN, type.type());
    }
}
