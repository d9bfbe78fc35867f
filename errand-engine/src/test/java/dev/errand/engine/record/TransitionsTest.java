package dev.errand.engine.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole table: what happened, on which attempt of how many, under which policy, and what becomes of the run. */
class TransitionsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Retry FIXED = Retry.fixed(Duration.ofSeconds(10));
    private static final Retry BY_HAND = Retry.byHand(3);
    private static final byte[] OUTPUT = {'7'};

    private static Failure failure(FailureKind kind) {
        return new Failure(kind, "java.io.IOException", "boom", "", 1, NOW);
    }

    private static Outcome threw(FailureKind kind, RetryDecision decision) {
        return new Outcome.Threw(failure(kind), decision);
    }

    private static Outcome threw(RetryDecision decision) {
        return threw(FailureKind.ERROR, decision);
    }

    private static Next retryAfter(long seconds) {
        return new Next.Retry(NOW.plusSeconds(seconds), failure(FailureKind.ERROR));
    }

    private static Next fail(FailureKind kind, boolean retriable) {
        return new Next.Fail(failure(kind), retriable);
    }

    static Stream<Arguments> table() {
        Outcome error = threw(RetryDecision.retry());
        Outcome abort = threw(RetryDecision.abort());
        return Stream.of(
                row("an output completes", new Outcome.Returned(OUTPUT), 1, 3, FIXED, new Next.Complete(OUTPUT)),
                row("on the last attempt too", new Outcome.Returned(OUTPUT), 3, 3, FIXED, new Next.Complete(OUTPUT)),
                row("an error retries after the delay", error, 1, 3, FIXED, retryAfter(10)),
                row("until attempts are used up", error, 3, 3, FIXED, fail(FailureKind.ERROR, false)),
                row("beyond them, after a forced retry", error, 4, 3, FIXED, fail(FailureKind.ERROR, false)),
                row("one attempt is one attempt", error, 1, 1, FIXED, fail(FailureKind.ERROR, false)),
                row("by hand waits for somebody", error, 1, 3, BY_HAND, fail(FailureKind.ERROR, true)),
                row("by hand has a budget too", error, 3, 3, BY_HAND, fail(FailureKind.ERROR, false)),
                row("a rule aborts", abort, 1, 3, FIXED, fail(FailureKind.DECLARED, false)),
                row("a rule aborts by hand too", abort, 1, 3, BY_HAND, fail(FailureKind.DECLARED, false)),
                row("a rule delays", after(60), 1, 3, FIXED, retryAfter(60)),
                row("a rule retries at once", after(0), 1, 3, FIXED, retryAfter(0)),
                row("a rule sets the instant", at(90), 1, 3, FIXED, retryAfter(90)),
                row("an instant that passed is now", at(-90), 1, 3, FIXED, retryAfter(0)),
                row("no rule exceeds the budget", after(60), 3, 3, FIXED, fail(FailureKind.ERROR, false)),
                row("a cancel", new Outcome.Stopped("no more"), 1, 3, FIXED, end(RunState.CANCELED, "no more")),
                row(
                        "a timeout",
                        new Outcome.Overran(Duration.ofSeconds(90)),
                        1,
                        3,
                        FIXED,
                        end(RunState.TIMED_OUT, "it took longer than 1m30s")),
                row("an expiry", new Outcome.Expired("too late"), 1, 3, FIXED, end(RunState.EXPIRED, "too late")),
                row(
                        "a poison run",
                        new Outcome.DiedTooOften(6),
                        1,
                        3,
                        FIXED,
                        end(RunState.CRASHED, "its process died with it 6 times")),
                row("given back", new Outcome.GivenBack(), 1, 3, FIXED, new Next.Release(false)),
                row("its child process died", new Outcome.Died(), 3, 3, FIXED, new Next.Release(true)),
                row(
                        "out of memory",
                        new Outcome.OutOfMemory(failure(FailureKind.ERROR), false),
                        1,
                        3,
                        FIXED,
                        end(RunState.CRASHED, "boom")),
                row(
                        "out of memory, and there is a larger machine",
                        new Outcome.OutOfMemory(failure(FailureKind.ERROR), true),
                        1,
                        3,
                        FIXED,
                        retryAfter(0)),
                row(
                        "out of memory on the last",
                        new Outcome.OutOfMemory(failure(FailureKind.ERROR), true),
                        3,
                        3,
                        FIXED,
                        end(RunState.CRASHED, "boom")),
                row("given back on the last", new Outcome.GivenBack(), 3, 3, FIXED, new Next.Release(false)));
    }

    private static Outcome after(long seconds) {
        return threw(RetryDecision.after(Duration.ofSeconds(seconds)));
    }

    private static Outcome at(long seconds) {
        return threw(RetryDecision.at(NOW.plusSeconds(seconds)));
    }

    private static Next end(RunState state, String reason) {
        return new Next.End(state, reason);
    }

    private static Arguments row(
            String fact, Outcome outcome, int attempt, int maxAttempts, Retry retry, Next expected) {
        return Arguments.of(fact, outcome, attempt, maxAttempts, retry, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void anOutcomeDecidesWhatFollows(
            String fact, Outcome outcome, int attempt, int maxAttempts, Retry retry, Next expected) {
        Next next = Transitions.after(outcome, attempt, maxAttempts, retry, NOW, 0.5);
        assertThat(next).usingRecursiveComparison().isEqualTo(expected).isInstanceOf(expected.getClass());
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"ERROR"},
            mode = EnumSource.Mode.EXCLUDE)
    void onlyErrorsOfTheBodyAreRetried(FailureKind kind) {
        Next next = Transitions.after(threw(kind, RetryDecision.retry()), 1, 3, FIXED, NOW, 0.5);
        assertThat(next).isEqualTo(fail(kind, kind.retriable()));
    }

    @Test
    void jitterDrawsOnTheRandomNumber() {
        Retry retry = Retry.exponential().floor(Duration.ofSeconds(10));
        assertThat(Transitions.after(threw(RetryDecision.retry()), 1, 3, retry, NOW, 0.5))
                .isEqualTo(retryAfter(15));
    }
}
