package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** What a rule says about one failed attempt. The attempts a run may make bound every answer. */
public sealed interface RetryDecision {
    /** Follow the policy: retry after its delay. */
    record Proceed() implements RetryDecision {}

    /** Do not retry; the run ends FAILED with kind {@link FailureKind#DECLARED}. */
    record Abort() implements RetryDecision {}

    /** Retry, not before this instant. */
    record At(Instant instant) implements RetryDecision {
        public At {
            Objects.requireNonNull(instant, "instant");
        }
    }

    /** Retry after this time instead of the policy's delay; zero retries at once. */
    record After(Duration delay) implements RetryDecision {
        public After {
            Objects.requireNonNull(delay, "delay");
            Durations.requireSensible(delay, "retry delay");
        }
    }

    static RetryDecision retry() {
        return new Proceed();
    }

    static RetryDecision abort() {
        return new Abort();
    }

    static RetryDecision at(Instant instant) {
        return new At(instant);
    }

    static RetryDecision after(Duration delay) {
        return new After(delay);
    }
}
