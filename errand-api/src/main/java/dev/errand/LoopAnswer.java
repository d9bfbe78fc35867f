package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * How a loop goes on after an iteration.
 *
 * @param <T> the type of what the loop comes to
 */
public sealed interface LoopAnswer<T extends @Nullable Object> {
    /** Another iteration follows, after the loop's interval. */
    static <T extends @Nullable Object> LoopAnswer<T> again() {
        return new Again<>();
    }

    /** The loop ends with this. */
    static <T extends @Nullable Object> LoopAnswer<T> done(T result) {
        return new Done<>(result);
    }

    /** The loop ends, without a result. */
    static LoopAnswer<@Nullable Void> done() {
        return new Done<@Nullable Void>(null);
    }

    /** Another iteration follows. */
    record Again<T extends @Nullable Object>() implements LoopAnswer<T> {}

    /** It was the last. */
    record Done<T extends @Nullable Object>(T result) implements LoopAnswer<T> {}
}
