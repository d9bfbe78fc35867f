package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * A body that was executed twice with the same answers did not do the same, see {@link EffectValidation}. Its run has failed, with kind
 * {@link FailureKind#DECLARED}. The message names the first difference, in both executions.
 */
public class NotReplayableException extends AbortException {
    /** @param cause what the second execution threw where the first did not; null if it threw nothing */
    public NotReplayableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
