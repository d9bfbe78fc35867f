package dev.errand;

import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that is completed from outside, once: an approval, a payment, an answer of another system. Bodies wait for it by
 * {@link RunContext#await}; who has its id completes it by {@link Tokens#complete}.
 *
 * @param <T> the type of the value
 * @param name for those who look at it
 * @param type of the value
 */
@SuppressWarnings("UnusedTypeParameter") // it is the type of what is awaited
public record Token<T extends @Nullable Object>(TokenId id, String name, Type type) {
    public Token {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /** One that was created elsewhere. */
    public static <T> Token<T> of(TokenId id, Class<T> type) {
        return new Token<>(id, id.toString(), type);
    }

    /** One that was created elsewhere, of a type with arguments. */
    public static <T> Token<T> of(TokenId id, TypeRef<T> type) {
        return new Token<>(id, id.toString(), type.type());
    }
}
