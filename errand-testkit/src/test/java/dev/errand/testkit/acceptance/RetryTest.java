package dev.errand.testkit.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static dev.errand.testkit.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.AbortException;
import dev.errand.Attempt;
import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryAnswer;
import dev.errand.RetryDecision;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RetryTest {
    private static final Instant T = SettableClock.START;

    /** What the body does at each attempt. */
    private interface Step {
        void run(RunContext run) throws Exception;
    }

    private final List<Integer> counts = new CopyOnWriteArrayList<>();
    private final Gate gate = new Gate();

    @AutoClose
    private final TestErrand test = TestStore.open();

    private Run<?> trigger(Retry retry, Step step) {
        return trigger(retry, TriggerOptions.none(), step);
    }

    private Run<?> trigger(Retry retry, TriggerOptions options, Step step) {
        Task<String, ?> task = Task.named("task", String.class).retry(retry).run((payload, run) -> {
            counts.add(run.count());
            step.run(run);
        });
        test.errand().put(task);
        return test.errand().trigger(task, "", options);
    }

    private static Step fail() {
        return run -> {
            throw new IllegalStateException("boom");
        };
    }

    private static Step failUntil(int attempt) {
        return run -> {
            if (run.attempt() < attempt) {
                throw new IllegalStateException("boom");
            }
        };
    }

    // ── automatic

    @Test
    void anErrorFailsARunWithoutRetries() throws InterruptedException { // case 26
        Run<?> run = trigger(Retry.none(), fail());
        test.advance(Duration.ofHours(1));
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.ERROR, "boom")
                .hasReason("boom");
        assertThat(counts).containsExactly(0);
        assertThat(run.attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.state()).isEqualTo(RunState.FAILED);
            assertThat(Objects.requireNonNull(attempt.failure()).stack()).contains("RetryTest");
        });
    }

    @Test
    void aFailedRunStaysInTheActiveListForAMinute() throws InterruptedException { // case 27
        Run<?> run = test.finish(trigger(Retry.none(), fail()));
        RunQuery active = RunQuery.all().onlyActive();
        test.advance(Duration.ofSeconds(10));
        assertThat(test.errand().runs(active.states(RunState.FAILED)).items())
                .extracting(info -> info.id())
                .containsExactly(run.id());
        test.advance(Duration.ofSeconds(51));
        assertThat(test.errand().runs(active).items()).isEmpty();
        assertThat(test.errand().runs(RunQuery.all()).items()).hasSize(1);
    }

    @Test
    void aRunIsRetriedUntilItCompletes() throws InterruptedException { // case 28
        Run<?> run = trigger(Retry.fixed(Duration.ZERO).attempts(4), failUntil(3));
        test.runUntilIdle();
        assertThat(run).isCompleted().hasAttempts(3);
        assertThat(counts).containsExactly(0, 1, 2);
        assertThat(run.attempts())
                .extracting(Attempt::state)
                .containsExactly(RunState.RETRYING, RunState.RETRYING, RunState.COMPLETED);
        assertThat(run.info().failure()).isNull();
    }

    @Test
    void aRunThatAlwaysFailsEndsWithItsAttempts() throws InterruptedException { // case 29
        Run<?> run = trigger(Retry.fixed(Duration.ZERO).attempts(4), fail());
        test.runUntilIdle();
        assertThat(run).hasState(RunState.FAILED).hasAttempts(4);
        assertThat(counts).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aTaskThatSaysNothingMakesThreeAttempts() throws InterruptedException { // case 116
        Task<String, @Nullable Void> task = Task.named("silent", String.class).run((payload, run) -> {
            throw new IllegalStateException("boom");
        });
        test.errand().put(task);
        assertThat(test.finish(test.errand().trigger(task, "x")))
                .hasState(RunState.FAILED)
                .hasAttempts(3);
    }

    @Test
    void aRetryStartsExactlyWhenItsDelayIsOver() throws InterruptedException { // case 30
        Run<?> run = trigger(Retry.fixed(Duration.ofMinutes(1)), context -> {
            if (context.attempt() == 1) {
                test.clock().advance(Duration.ofSeconds(5));
                throw new IllegalStateException("boom");
            }
        });
        test.runUntilIdle();
        assertThat(run).hasState(RunState.RETRYING).hasFailure(FailureKind.ERROR, "boom");
        assertThat(run.info().dueAt()).isEqualTo(T.plusSeconds(65));
        test.advance(Duration.ofMillis(59_999));
        assertThat(run).hasState(RunState.RETRYING).hasAttempts(1);
        test.advance(Duration.ofMillis(1));
        assertThat(run).isCompleted().hasAttempts(2);
        assertThat(run.attempts().getLast().startedAt()).isEqualTo(T.plusSeconds(65));
    }

    @Test
    void theTriggersAttemptsGoOverTheTasks() throws InterruptedException { // case 121
        Run<?> once = trigger(
                Retry.fixed(Duration.ZERO).attempts(3), TriggerOptions.none().attempts(1), fail());
        test.runUntilIdle();
        assertThat(once).hasState(RunState.FAILED).hasAttempts(1);
        Run<?> five = trigger(
                Retry.fixed(Duration.ZERO).attempts(3), TriggerOptions.none().attempts(5), fail());
        test.runUntilIdle();
        assertThat(five).hasState(RunState.FAILED).hasAttempts(5);
        assertThat(five.info().maxAttempts()).isEqualTo(5);
    }

    @Test
    void retriesAreTheAttemptsButTheFirst() throws InterruptedException {
        Run<?> ofTask = trigger(Retry.fixed(Duration.ZERO).maxRetries(3), fail());
        test.runUntilIdle();
        assertThat(ofTask).hasState(RunState.FAILED).hasAttempts(4);
        Run<?> ofTrigger =
                trigger(Retry.fixed(Duration.ZERO), TriggerOptions.none().maxRetries(1), fail());
        test.runUntilIdle();
        assertThat(ofTrigger).hasState(RunState.FAILED).hasAttempts(2);
    }

    @Test
    void aTriggerThatSaysAttemptsAndMaxRetriesStoresNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        trigger(Retry.none(), TriggerOptions.none().attempts(2).maxRetries(1), fail()))
                .withMessageContaining("attempts and maxRetries both");
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void aRetryFreesTheSlotWhileItWaits() throws InterruptedException { // D5
        test.errand().concurrency(1);
        Run<?> retrying = trigger(Retry.fixed(Duration.ofMinutes(1)), fail());
        test.runUntilIdle();
        Run<?> other = trigger(Retry.none(), context -> {});
        test.runUntilIdle();
        assertThat(other).isCompleted();
        assertThat(retrying).hasState(RunState.RETRYING);
    }

    // ── rules

    @Test
    void anAbortEndsTheRunAsDeclared() throws InterruptedException { // case 122
        Run<?> run = trigger(Retry.fixed(Duration.ZERO), context -> {
            throw new AbortException("no such customer");
        });
        test.runUntilIdle();
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.DECLARED, "no such customer")
                .hasAttempts(1);
        assertThat(run.retry()).isEqualTo(RetryAnswer.NOT_RETRIABLE);
    }

    @Test
    void aRuleAbortsOnItsKindOfError() throws InterruptedException {
        Run<?> run = trigger(Retry.fixed(Duration.ZERO).abortOn(IOException.class), context -> {
            throw new IOException("boom");
        });
        test.runUntilIdle();
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.DECLARED)
                .hasFailure(IOException.class)
                .hasAttempts(1);
    }

    @Test
    void aRuleSetsTheInstantOfTheNextAttempt() throws InterruptedException {
        Instant noon = T.plus(Duration.ofHours(12));
        Run<?> run = trigger(
                Retry.fixed(Duration.ZERO).on(IllegalStateException.class, error -> RetryDecision.at(noon)),
                failUntil(2));
        test.runUntilIdle();
        assertThat(run.info().dueAt()).isEqualTo(noon);
        test.advance(Duration.ofHours(12));
        assertThat(run).isCompleted();
        assertThat(run.attempts().getLast().startedAt()).isEqualTo(noon);
    }

    @Test
    void aRuleSetsTheDelayOfTheNextAttempt() throws InterruptedException { // case 131
        Run<?> run = trigger(
                Retry.fixed(Duration.ofHours(1))
                        .on(IllegalStateException.class, error -> RetryDecision.after(Duration.ofSeconds(30))),
                failUntil(2));
        test.advance(Duration.ofSeconds(30));
        assertThat(run).isCompleted().hasAttempts(2);
    }

    @Test
    void aRuleThatThrowsIsTheRunsFailure() throws InterruptedException {
        for (Throwable thrown : List.of(new IllegalArgumentException("rule"), new AssertionError("rule"))) {
            Run<?> run = trigger(
                    Retry.fixed(Duration.ZERO).on(IllegalStateException.class, error -> sneakyThrow(thrown)), fail());
            assertThat(run)
                    .endsWithin(SOON)
                    .hasState(RunState.FAILED)
                    .hasFailure(FailureKind.HANDLER, "rule")
                    .hasAttempts(1);
            assertThat(run.retry()).isEqualTo(RetryAnswer.RETRIED);
            test.runUntilIdle();
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RetryDecision sneakyThrow(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void aRuleThatAnswersNothingIsTheRunsFailure() throws InterruptedException {
        Run<?> run = trigger(Retry.fixed(Duration.ZERO).on(IllegalStateException.class, error -> null), fail());
        assertThat(run).endsWithin(SOON).hasState(RunState.FAILED).hasFailure(FailureKind.HANDLER);
    }

    @Test
    void aRuleThatNamesATimeNobodyLivesToSeeFailsOnlyItsRun() throws InterruptedException {
        Run<?> century = trigger(
                Retry.fixed(Duration.ZERO)
                        .on(
                                IllegalStateException.class,
                                error -> RetryDecision.after(Duration.ofSeconds(Long.MAX_VALUE))),
                fail());
        assertThat(century).endsWithin(SOON).hasFailure(FailureKind.HANDLER, "100 years");
        Run<?> never = trigger(
                Retry.fixed(Duration.ZERO).on(IllegalStateException.class, error -> RetryDecision.at(Instant.MAX)),
                fail());
        test.until(never, RunState.RETRYING);
        Run<?> longAgo = trigger(
                Retry.fixed(Duration.ZERO).on(IllegalStateException.class, error -> RetryDecision.at(Instant.MIN)),
                failUntil(2));
        assertThat(longAgo).endsWithin(SOON).isCompleted();
    }

    // ── by hand

    @Test
    void aRunToBeRetriedByHandWaitsForIt() throws InterruptedException { // case 31
        Run<?> run = trigger(Retry.byHand(4), fail());
        test.advance(Duration.ofMinutes(10));
        assertThat(run).hasState(RunState.FAILED).hasAttempts(1);
        assertThat(test.errand().runs(RunQuery.all().onlyActive()).items()).hasSize(1);
        assertThat(run.retry()).isEqualTo(RetryAnswer.RETRIED);
    }

    @Test
    void aRetryByHandIsTheSameRunWithAFreshStart() throws InterruptedException { // case 32
        Run<?> run = trigger(Retry.byHand(4), context -> {
            if (context.attempt() == 1) {
                throw new IllegalStateException("boom");
            }
            gate.pass();
        });
        test.advance(Duration.ofMinutes(10));
        assertThat(run.retry()).isEqualTo(RetryAnswer.RETRIED);
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        assertThat(run.info()).satisfies(info -> {
            assertThat(info.attempt()).isEqualTo(2);
            assertThat(info.failure()).isNull();
            assertThat(info.reason()).isNull();
            assertThat(info.startedAt()).isEqualTo(T.plus(Duration.ofMinutes(10)));
            assertThat(info.endedAt()).isNull();
        });
        assertThat(counts).containsExactly(0, 1);
        gate.open();
        assertThat(run).endsWithin(SOON).isCompleted().hasAttempts(2);
        assertThat(Objects.requireNonNull(run.attempts().getFirst().failure()).message())
                .isEqualTo("boom");
    }

    @Test
    void retriesByHandEndWithTheBudget() throws InterruptedException { // case 33
        Run<?> run = trigger(Retry.byHand(2), fail());
        test.runUntilIdle();
        assertThat(run.retry()).isEqualTo(RetryAnswer.RETRIED);
        test.runUntilIdle();
        assertThat(run.retry()).isEqualTo(RetryAnswer.NO_ATTEMPTS_LEFT);
        assertThat(run).hasState(RunState.FAILED).hasAttempts(2);
    }

    @Test
    void aRunThatExecutesOrCompletedIsNotRetried() throws InterruptedException { // case 34
        Run<?> run = trigger(Retry.byHand(4), context -> gate.pass());
        gate.awaitArrivals(1);
        assertThat(run.retry()).isEqualTo(RetryAnswer.NOT_FAILED);
        gate.open();
        assertThat(run).endsWithin(SOON).isCompleted();
        assertThat(run.retry()).isEqualTo(RetryAnswer.NOT_FAILED);
        assertThat(run.forceRetry()).isEqualTo(RetryAnswer.NOT_FAILED);
        assertThat(run).isCompleted().hasAttempts(1);
    }

    @Test
    void onlyFailedRunsAreRetried() throws InterruptedException { // D14
        Run<?> canceled = trigger(Retry.byHand(4), TriggerOptions.none().after(Duration.ofHours(1)), fail());
        canceled.cancel();
        Run<?> expired = trigger(Retry.byHand(4), TriggerOptions.none().timeout(Duration.ZERO), fail());
        assertThat(expired).endsWithin(SOON).hasState(RunState.EXPIRED);
        Run<?> timedOut =
                trigger(Retry.byHand(4), TriggerOptions.none().timeout(Duration.ofSeconds(1)), context -> gate.pass());
        gate.awaitArrivals(1);
        test.clock().advance(Duration.ofSeconds(1));
        assertThat(timedOut).endsWithin(SOON).hasState(RunState.TIMED_OUT);
        for (Run<?> run : List.of(canceled, expired, timedOut)) {
            RunState state = run.state();
            assertThat(run.retry()).isEqualTo(RetryAnswer.NOT_FAILED);
            assertThat(run.forceRetry()).isEqualTo(RetryAnswer.NOT_FAILED);
            assertThat(run.state()).isEqualTo(state);
        }
    }

    @Test
    void aRetryByHandOfAWaitingRetryStartsItNow() throws InterruptedException {
        Run<?> run = trigger(Retry.fixed(Duration.ofHours(1)), failUntil(2));
        test.runUntilIdle();
        assertThat(run.retry()).isEqualTo(RetryAnswer.RETRIED);
        test.runUntilIdle();
        assertThat(run).isCompleted().hasAttempts(2);
        assertThat(test.clock().instant()).isEqualTo(T);
    }

    @Test
    void anOperatorGoesBeyondTheBudgetAndTheKind() throws InterruptedException {
        Run<?> run = trigger(Retry.fixed(Duration.ZERO).attempts(2), context -> {
            if (context.attempt() < 4) {
                throw context.attempt() == 3 ? new AbortException("declared") : new IllegalStateException("boom");
            }
        });
        test.runUntilIdle();
        assertThat(run.retry()).isEqualTo(RetryAnswer.NO_ATTEMPTS_LEFT);
        assertThat(run.forceRetry()).isEqualTo(RetryAnswer.RETRIED);
        test.runUntilIdle();
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.DECLARED)
                .hasAttempts(3);
        assertThat(run.forceRetry()).isEqualTo(RetryAnswer.RETRIED);
        test.runUntilIdle();
        assertThat(run).isCompleted().hasAttempts(4);
        assertThat(counts).containsExactly(0, 1, 2, 3);
    }
}
