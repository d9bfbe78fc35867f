package dev.errand.engine.record;

import dev.errand.Durations;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.RunState;
import java.time.Instant;

/** The state diagram behind an attempt: a pure function from what happened to what becomes of the run. */
public final class Transitions {
    private Transitions() {}

    /**
     * Decides.
     *
     * @param attempt the attempt that ended, from 1
     * @param maxAttempts how many the run may make
     * @param retry the task's policy, or the one to follow this time
     * @param now by the store's clock
     * @param random from 0 to 1, for jitter
     */
    public static Next after(Outcome outcome, int attempt, int maxAttempts, Retry retry, Instant now, double random) {
        return switch (outcome) {
            case Outcome.Returned(var output) -> new Next.Complete(output);
            case Outcome.Stopped(var reason) -> new Next.End(RunState.CANCELED, reason);
            case Outcome.Overran(var limit) ->
                new Next.End(RunState.TIMED_OUT, "it took longer than " + Durations.print(limit));
            case Outcome.Expired(var reason) -> new Next.End(RunState.EXPIRED, reason);
            case Outcome.DiedTooOften(var times) ->
                new Next.End(RunState.CRASHED, "its process died with it %d times".formatted(times));
            case Outcome.Waits(var key, var until, var steps, var awaits) -> new Next.Wait(until, steps, awaits);
            case Outcome.GivenBack() -> new Next.Release(false);
            case Outcome.Died() -> new Next.Release(true);
            case Outcome.OutOfMemory(var failure, var larger) ->
                larger && attempt < maxAttempts
                        ? new Next.Retry(now, failure)
                        : new Next.End(RunState.CRASHED, failure.message());
            case Outcome.Threw(var failure, var decision) ->
                afterFailure(failure, decision, attempt, maxAttempts, retry, now, random);
        };
    }

    private static Next afterFailure(
            Failure failure,
            RetryDecision decision,
            int attempt,
            int maxAttempts,
            Retry retry,
            Instant now,
            double random) {
        boolean attemptsLeft = attempt < maxAttempts;
        if (failure.kind() != FailureKind.ERROR) {
            return new Next.Fail(failure, attemptsLeft && failure.kind().retriable());
        }
        if (decision instanceof RetryDecision.Abort) {
            return new Next.Fail(failure.withKind(FailureKind.DECLARED), false);
        }
        if (!attemptsLeft || !retry.automatic()) {
            return new Next.Fail(failure, attemptsLeft);
        }
        return new Next.Retry(due(decision, attempt, retry, now, random), failure);
    }

    private static Instant due(RetryDecision decision, int attempt, Retry retry, Instant now, double random) {
        return switch (decision) {
            case RetryDecision.At(var instant) -> instant.isBefore(now) ? now : instant;
            case RetryDecision.After(var delay) -> now.plus(delay);
            case RetryDecision.Proceed() -> now.plus(retry.delayAfter(attempt, random));
            case RetryDecision.With(var policy) -> now.plus(policy.delayAfter(attempt, random));
            case RetryDecision.Replacing(var inner, var error) -> due(inner, attempt, retry, now, random);
            case RetryDecision.Abort() -> throw new IllegalStateException("an abort has no due time");
        };
    }
}
