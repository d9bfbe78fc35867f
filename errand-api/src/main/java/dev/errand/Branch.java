package dev.errand;

import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of several ways that a body goes at the same time, see {@link RunContext#parallel} and {@link RunContext#anyOf}.
 *
 * @param name what it is told from the others by, 1 to 256 characters
 * @param type of its result
 * @param <T> the same
 */
public record Branch<T extends @Nullable Object>(String name, Type type, BranchBody<T> body) {
    private static final int LONGEST_NAME = 256;

    public Branch {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(body, "body");
        if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a branch's name has 1 to %d characters and no NUL, this one %d"
                    .formatted(LONGEST_NAME, name.length()));
        }
    }

    /** A branch with a result. */
    public static <T extends @Nullable Object> Branch<T> of(String name, Class<T> type, BranchBody<T> body) {
        return new Branch<>(name, type, body);
    }

    /** A branch with a result of a type with arguments. */
    public static <T extends @Nullable Object> Branch<T> of(String name, TypeRef<T> type, BranchBody<T> body) {
        return new Branch<>(name, type.type(), body);
    }

    /** A branch without a result. */
    public static Branch<@Nullable Void> of(String name, BranchAction action) {
        Objects.requireNonNull(action, "action");
        return new Branch<>(name, Void.class, () -> {
            action.run();
            return null;
        });
    }
}
