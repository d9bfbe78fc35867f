package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * What came of waiting for a signal for a time.
 *
 * @param <T> the type of the value
 */
public sealed interface SignalResult<T extends @Nullable Object> {
    /** A signal was there in time, and is received. */
    record Received<T extends @Nullable Object>(T value) implements SignalResult<T> {}

    /** There was none in time. One that comes later waits to be received. */
    record TimedOut<T extends @Nullable Object>() implements SignalResult<T> {}
}
