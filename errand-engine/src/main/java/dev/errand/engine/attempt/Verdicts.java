package dev.errand.engine.attempt;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.TaskHooks;
import dev.errand.engine.record.Next;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.record.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a run after an attempt, by its task's policy and what its trigger said.
 *
 * @param retry the task's policy
 * @param attempt from 1
 * @param ownMaxAttempts how many the trigger allowed; null leaves it to the policy
 * @param random from 0 to 1, drawn once: what a hook is told of the delay is what it will be
 */
record Verdicts(Retry retry, int attempt, @Nullable Integer ownMaxAttempts, double random) {
    Next next(Outcome outcome, Instant now) {
        Retry followed = outcome instanceof Outcome.Threw(var failure, RetryDecision.With(var other)) ? other : retry;
        int maxAttempts = maxAttempts(followed);
        try {
            return Transitions.after(outcome, attempt, maxAttempts, followed, now, random);
        } catch (RuntimeException e) { // a decision that makes no sense; the run must not hang for it
            Failure failure = Failures.failure(FailureKind.HANDLER, e, attempt, now);
            return new Next.Fail(failure, attempt < maxAttempts);
        }
    }

    private int maxAttempts(Retry policy) {
        return ownMaxAttempts != null ? ownMaxAttempts : policy.attempts();
    }

    /** Whether no attempt follows such an outcome by itself. */
    boolean isLast(Outcome.Threw outcome, Instant now) {
        return next(outcome, now) instanceof Next.Fail;
    }

    /** What a hook is told that is to decide about an error. */
    TaskHooks.FailedAttempt failed(Throwable error) {
        boolean follows = retry.automatic() && attempt < maxAttempts(retry);
        Duration delay = retry.delayAfter(attempt, random);
        return new TaskHooks.FailedAttempt(error, attempt, retry, follows ? Optional.of(delay) : Optional.empty());
    }
}
