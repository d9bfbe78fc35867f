package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** What a rule or a hook says about one failed attempt. The attempts a run may make bound every answer. */
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

    /** Follow another policy this time: its attempts, and its delay after this attempt. Its own rules are not asked. */
    record With(Retry policy) implements RetryDecision {
        public With {
            Objects.requireNonNull(policy, "policy");
        }
    }

    /** Any of the others, with another error in the place of the one that was thrown, in the run's record and for its hooks. */
    record Replacing(RetryDecision decision, Throwable error) implements RetryDecision {
        public Replacing {
            Objects.requireNonNull(decision, "decision");
            Objects.requireNonNull(error, "error");
            if (decision instanceof Replacing) {
                throw new IllegalArgumentException("an error is replaced once");
            }
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

    static RetryDecision with(Retry policy) {
        return new With(policy);
    }

    /** The same decision about another error. */
    default RetryDecision replacing(Throwable error) {
        return new Replacing(this, error);
    }
}
