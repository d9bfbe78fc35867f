package dev.errand;

import org.jspecify.annotations.Nullable;

/** Thrown by a body to end its run FAILED without further attempts, with kind {@link FailureKind#DECLARED}. */
public class AbortException extends RuntimeException {
    public AbortException(String message) {
        super(message);
    }

    public AbortException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
