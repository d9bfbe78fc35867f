package dev.errand.engine.isolation;

import dev.errand.EffectValidation;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Jitter;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.StepOptions;
import dev.errand.TriggerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What frames hold that hold more than one thing; written as JSON. */
public final class Messages {
    private Messages() {}

    /**
     * An attempt to make.
     *
     * @param finder the class that finds the task
     * @param place what it needs to know for that
     * @param arguments the task's default arguments
     * @param policy the task's, but for its rules
     * @param random decides the delays of retries
     * @param hooks the classes of the engine's hooks
     * @param effectValidation whether the body is executed twice
     */
    public record Job(
            String finder,
            String place,
            String task,
            String run,
            @Nullable String name,
            List<String> tags,
            int attempt,
            Instant createdAt,
            @Nullable String metadata,
            @Nullable Integer maxAttempts,
            Map<String, Object> arguments,
            Policy policy,
            double random,
            List<String> hooks,
            int maxOutput,
            EffectValidation effectValidation) {}

    /** A {@link Retry} without its rules. */
    public record Policy(
            int attempts, boolean automatic, Duration floor, Duration ceiling, double factor, Jitter jitter) {
        public static Policy of(Retry retry) {
            return new Policy(
                    retry.attempts(),
                    retry.automatic(),
                    retry.floor(),
                    retry.ceiling(),
                    retry.factor(),
                    retry.jitter());
        }

        public Retry retry(List<Retry.Rule<?>> rules) {
            return new Retry(attempts, automatic, floor, ceiling, factor, jitter, rules, Retry.Said.ATTEMPTS);
        }
    }

    /** A value that the body published. */
    public record Published(String name, String json) {}

    /** An event that the body raised. */
    public record Raised(String name, @Nullable String data) {}

    /**
     * How an attempt failed, and what its rules say: at most one of the last four is set.
     *
     * @param data as JSON
     * @param at the instant of the next attempt
     * @param after how long to wait for it
     */
    public record Threw(
            FailureKind kind,
            String type,
            String message,
            String stack,
            @Nullable String data,
            boolean abort,
            @Nullable Instant at,
            @Nullable Duration after,
            @Nullable Policy with) {

        public static Threw of(Failure failure, RetryDecision decision) {
            return switch (decision) {
                case RetryDecision.Proceed() -> of(failure, false, null, null, null);
                case RetryDecision.Abort() -> of(failure, true, null, null, null);
                case RetryDecision.At(var at) -> of(failure, false, at, null, null);
                case RetryDecision.After(var after) -> of(failure, false, null, after, null);
                case RetryDecision.With(var policy) -> of(failure, false, null, null, Policy.of(policy));
                case RetryDecision.Replacing(var inner, var error) -> of(failure, inner);
            };
        }

        private static Threw of(
                Failure failure, boolean abort, @Nullable Instant at, @Nullable Duration after, @Nullable Policy with) {
            String data = failure.data() == null ? null : failure.data().text();
            return new Threw(
                    failure.kind(), failure.type(), failure.message(), failure.stack(), data, abort, at, after, with);
        }

        /** What the node keeps of it. */
        public Failure failure(int attempt, Instant now) {
            return new Failure(kind, type, message, stack, attempt, now, data == null ? null : new Json(data));
        }

        public RetryDecision decision() {
            if (abort) {
                return RetryDecision.abort();
            }
            if (at != null) {
                return RetryDecision.at(at);
            }
            if (after != null) {
                return RetryDecision.after(after);
            }
            return with == null ? RetryDecision.retry() : RetryDecision.with(with.retry(List.of()));
        }
    }

    /**
     * Triggers a run.
     *
     * @param number of the call, for its answer
     * @param payload as JSON
     * @param inOrder whether the thread calls on which the body was called
     */
    public record Call(long number, String task, String payload, TriggerOptions options, Times times, boolean inOrder) {
        public Json json() {
            return new Json(payload);
        }
    }

    /** How often a run is triggered. */
    public enum Times {
        /** As often as its code is called. */
        EACH,
        /** Once, however often its code is called. */
        ONCE,
        /** Once in each attempt. */
        ONCE_AN_ATTEMPT
    }

    /** What came of a call. */
    public enum CallWord {
        /** There is a run. */
        DONE,
        /** What it asked for makes no sense. */
        REFUSED,
        /** A run with another payload, which is told, holds its key. */
        CONFLICT,
        /** Too many runs are pending where it would be: how many may be, how many are, and where. */
        FULL,
        /** It is not to be called there. */
        OUT_OF_PLACE,
        /** The body's run is no longer the attempt's. */
        LOST,
        /** The store could not answer. */
        UNKNOWN
    }

    /**
     * The answer to a call.
     *
     * @param run the run's id; null unless it is done, or another run holds the key
     * @param hit whether that is an earlier one
     * @param error what it failed with; null if it is done
     */
    public record Answer(
            long number,
            CallWord word,
            @Nullable String run,
            boolean hit,
            @Nullable String error) {}

    /**
     * A call of a step.
     *
     * @param number for its answer
     * @param key what it is found by
     */
    public record StepCall(long number, String key, String name, StepOptions.Calls calls) {}

    /**
     * The end of a step whose code was due; its result comes after this.
     *
     * @param failure null if it has a result
     * @param again whether it may be called again
     */
    public record StepEnd(StepCall call, @Nullable Failure failure, boolean again) {}

    /** What the node says about a step. */
    public enum StepWord {
        /** Its code is to be called. */
        DUE,
        /** There is a result, after this; or the end is kept. */
        DONE,
        /** It is not to be called again. */
        FAILED,
        /** The run is no longer the attempt's. */
        LOST,
        /** The store could not answer. */
        UNKNOWN
    }

    /**
     * The answer about a step.
     *
     * @param attempt in which it failed; else 0
     * @param failure why; null if its process died in it
     * @param error why the answer is not known; else null
     */
    public record StepAnswer(
            long number,
            StepWord word,
            int attempt,
            @Nullable Failure failure,
            @Nullable String error) {}
}
