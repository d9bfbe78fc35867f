package dev.errand.engine.attempt;

import dev.errand.AbortException;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.FailureType;
import dev.errand.Retry;
import dev.errand.RetryAdvice;
import dev.errand.RetryDecision;
import dev.errand.TaskOptions;
import dev.errand.engine.record.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Objects;

/** From what a body threw to what is kept of it. */
final class Failures {
    static final int LONGEST_STACK = 64_000;
    static final int LONGEST_MESSAGE = 8_000;

    private Failures() {}

    /**
     * What comes of an error.
     *
     * @param error the one that hooks hear of: what was thrown, or what was put in its place
     */
    record Judged(Throwable error, Outcome.Threw outcome) {}

    /** Asks the task's rules about an error, then the error itself. A rule that throws is the failure then. */
    static Judged judged(Throwable error, TaskOptions task, Retry retry, int attempt, Instant at) {
        if (isDeclared(error, task)) {
            Failure declared = failure(FailureKind.DECLARED, error, attempt, at);
            return new Judged(error, new Outcome.Threw(declared, RetryDecision.abort()));
        }
        try {
            RetryDecision decision = decide(error, retry);
            return decision instanceof RetryDecision.Replacing(var inner, var other)
                    ? new Judged(other, new Outcome.Threw(failure(FailureKind.ERROR, other, attempt, at), inner))
                    : new Judged(error, new Outcome.Threw(failure(FailureKind.ERROR, error, attempt, at), decision));
        } catch (RuntimeException | StackOverflowError ruleError) {
            ruleError.addSuppressed(error);
            Failure failure = failure(FailureKind.HANDLER, ruleError, attempt, at);
            return new Judged(error, new Outcome.Threw(failure, RetryDecision.abort()));
        }
    }

    /** The same for who only records it. */
    static Outcome.Threw of(Throwable error, TaskOptions task, Retry retry, int attempt, Instant at) {
        return judged(error, task, retry, attempt, at).outcome();
    }

    /** Whether it ends the run whatever rules and hooks say. */
    static boolean isDeclared(Throwable error, TaskOptions task) {
        return error instanceof AbortException || task.errors().contains(error.getClass());
    }

    private static RetryDecision decide(Throwable error, Retry retry) {
        for (Retry.Rule<?> rule : retry.rules()) {
            if (rule.type().isInstance(error)) {
                return ask(rule, error);
            }
        }
        return error instanceof RetryAdvice advised
                ? Objects.requireNonNull(
                        advised.retryAdvice(), () -> error.getClass().getName() + " advised nothing")
                : RetryDecision.retry();
    }

    private static <X extends Throwable> RetryDecision ask(Retry.Rule<X> rule, Throwable error) {
        RetryDecision decision = rule.decide().apply(rule.type().cast(error));
        return Objects.requireNonNull(
                decision, () -> "the retry rule for " + rule.type().getName() + " decided nothing");
    }

    static Failure failure(FailureKind kind, Throwable error, int attempt, Instant at) {
        String type = error instanceof FailureType named
                ? named.failureType()
                : error.getClass().getName();
        return new Failure(kind, type, message(error), error instanceof FailureType ? "" : stack(error), attempt, at);
    }

    /** A child process lacks the code it is to execute. */
    static Outcome.Threw notFound(String task, Throwable error) {
        Failure failure = new Failure(
                FailureKind.HANDLER,
                error.getClass().getName(),
                "a child process cannot load task %s: %s".formatted(task, message(error)),
                stack(error),
                1,
                Instant.now());
        return new Outcome.Threw(failure, RetryDecision.abort());
    }

    private static String message(Throwable error) {
        try {
            String message = error.getMessage();
            return message == null ? "" : cut(message, LONGEST_MESSAGE);
        } catch (RuntimeException | StackOverflowError e) {
            return "(its message could not be read: " + e.getClass().getName() + ")";
        }
    }

    static String stack(Throwable error) {
        try {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            return cut(text.toString(), LONGEST_STACK);
        } catch (RuntimeException | StackOverflowError e) {
            return error.getClass().getName() + " (its stack could not be printed: "
                    + e.getClass().getName() + ")";
        }
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }
}
