package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * Implemented by an exception that has more to say than its message, to whoever waits for the run: see {@link Failure#data} and
 * {@link RunFailedException#data}.
 */
public interface ErrorData {
    /** A value that can be written as JSON, such as a record; null for nothing. */
    @Nullable
    Object data();
}
