package dev.errand.server.telling;

import dev.errand.FailureType;
import dev.errand.RetryAdvice;
import dev.errand.RetryDecision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** It was not taken, and is to be posted again. */
final class NotDeliveredException extends RuntimeException implements RetryAdvice, FailureType {
    private final String type;
    private final @Nullable Instant retryAt;

    /** @param retryAt when the target wants to be asked again; null if it does not say */
    NotDeliveredException(String type, String message, @Nullable Instant retryAt) {
        super(message);
        this.type = type;
        this.retryAt = retryAt;
    }

    @Override
    public RetryDecision retryAdvice() {
        return retryAt == null ? RetryDecision.retry() : RetryDecision.at(retryAt);
    }

    @Override
    public String failureType() {
        return type;
    }
}
