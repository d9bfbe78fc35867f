package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Attempt;
import dev.errand.Retry;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TimeoutTest {
    private static final Instant T = SettableClock.START;

    private final Gate gate = new Gate();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Task<String, String> plain = blocking("plain", Timeout.never());
    private final Task<String, String> tenSeconds = blocking("ten-seconds", Timeout.ofRun(Duration.ofSeconds(10)));

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(plain, tenSeconds).concurrency(1));

    private Task<String, String> blocking(String id, Timeout timeout) {
        return Task.named(id, String.class, String.class)
                .timeout(timeout)
                .retry(Retry.fixed(Duration.ZERO))
                .run((payload, run) -> {
                    bodies.add(payload);
                    gate.pass();
                    return payload;
                });
    }

    private static TriggerOptions timeout(int seconds) {
        return TriggerOptions.none().timeout(Duration.ofSeconds(seconds));
    }

    private Run<String> started(Task<String, String> task, TriggerOptions options) throws InterruptedException {
        Run<String> run = test.errand().trigger(task, "x", options);
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        return run;
    }

    @Test
    void aRunThatTakesTooLongIsStoppedForGood() throws InterruptedException { // case 21
        Run<String> run = started(plain, timeout(5));
        test.clock().advance(Duration.ofSeconds(6));
        gate.awaitInterrupt();
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT).hasReason("longer than 5s");
        test.advance(Duration.ofHours(1));
        assertThat(run).hasState(RunState.TIMED_OUT).hasAttempts(1);
        assertThat(run.attempts()).extracting(Attempt::state).containsExactly(RunState.TIMED_OUT);
        assertThat(gate.arrived()).isEqualTo(1);
    }

    @Test
    void theTriggersTimeoutGoesOverTheTasks() throws InterruptedException { // case 22
        Run<String> run = started(tenSeconds, timeout(2));
        test.clock().advance(Duration.ofMillis(1_999));
        assertThat(run.state()).isEqualTo(RunState.EXECUTING);
        test.clock().advance(Duration.ofMillis(1));
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT);
        assertThat(run.info().endedAt()).isEqualTo(T.plusSeconds(2));
    }

    @Test
    void theTasksTimeoutHoldsIfTheTriggerHasNone() throws InterruptedException { // case 23
        Run<String> run = started(tenSeconds, TriggerOptions.none());
        test.clock().advance(Duration.ofSeconds(10));
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT);
        assertThat(run.info().endedAt()).isEqualTo(T.plusSeconds(10));
    }

    @Test
    void timeInTheQueueCountsFromCreation() throws InterruptedException { // case 24
        Run<String> occupying = started(plain, TriggerOptions.none());
        Run<String> late = test.errand().trigger(plain, "late", timeout(3));
        test.clock().advance(Duration.ofSeconds(3));
        assertThat(late).endsWithin(SOON).hasState(RunState.EXPIRED).hasAttempts(0);
        assertThat(late.info().endedAt()).isEqualTo(T.plusSeconds(3));
        gate.open();
        assertThat(occupying).endsWithin(SOON).isCompleted();
        test.runUntilIdle();
        assertThat(bodies).doesNotContain("late");
    }

    @Test
    void timeInTheQueueIsFreeFromTheStart() throws InterruptedException { // case 25
        started(plain, TriggerOptions.none());
        Run<String> late = test.errand()
                .trigger(plain, "late", TriggerOptions.none().timeout(Duration.ofSeconds(3), TimeoutFrom.START));
        test.clock().advance(Duration.ofSeconds(10));
        gate.letPass(1);
        gate.awaitArrivals(1);
        test.clock().advance(Duration.ofSeconds(2));
        gate.letPass(1);
        assertThat(late).endsWithin(SOON).isCompleted();
        assertThat(late.info().startedAt()).isEqualTo(T.plusSeconds(10));
        assertThat(late.info().endedAt()).isEqualTo(T.plusSeconds(12));
    }

    @Test
    void aTimeoutOfAttemptsCountsForEachAnew() throws InterruptedException {
        Task<String, String> twice = Task.named("twice", String.class, String.class)
                .timeout(Timeout.ofAttempt(Duration.ofSeconds(5)))
                .retry(Retry.fixed(Duration.ZERO))
                .run((payload, run) -> {
                    test.clock().advance(Duration.ofSeconds(4));
                    if (run.attempt() < 3) {
                        throw new IllegalStateException("again");
                    }
                    return "done";
                });
        test.errand().add(twice);
        assertThat(test.run(twice, "")).isEqualTo("done");
    }

    @Test
    void aTimeoutOfZeroEndsTheRunAtOnce() throws InterruptedException {
        Run<String> fromCreation = test.errand().trigger(plain, "x", timeout(0));
        assertThat(fromCreation).endsWithin(SOON).hasState(RunState.EXPIRED);
        Run<String> fromStart =
                test.errand().trigger(plain, "x", TriggerOptions.none().timeout(Duration.ZERO, TimeoutFrom.START));
        assertThat(fromStart).endsWithin(SOON).hasState(RunState.TIMED_OUT);
    }

    @Test
    void aDelayDoesNotCountAgainstTheTimeout() throws InterruptedException { // case 143 with a timeout
        Run<String> run = test.errand().trigger(plain, "x", timeout(5).after(Duration.ofMinutes(10)));
        test.clock().advance(Duration.ofMinutes(10));
        gate.awaitArrivals(1);
        test.clock().advance(Duration.ofMillis(4_999));
        assertThat(run.state().isTerminal()).isFalse();
        test.clock().advance(Duration.ofMillis(1));
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT);
    }

    @Test
    void noTimeoutRunsWhileARetryIsWaitedFor() throws InterruptedException {
        Task<String, String> slow = Task.named("slow", String.class, String.class)
                .timeout(Duration.ofSeconds(5))
                .retry(Retry.fixed(Duration.ofMinutes(10)))
                .run((payload, run) -> {
                    if (run.attempt() == 1) {
                        throw new IllegalStateException("again");
                    }
                    return "done";
                });
        test.errand().add(slow);
        Run<String> run = test.errand().trigger(slow, "");
        test.advance(Duration.ofMinutes(9));
        assertThat(run).hasState(RunState.RETRYING);
        test.advance(Duration.ofMinutes(1));
        assertThat(run).isCompleted().hasAttempts(2);
    }

    @Test
    void aRetryByHandStartsTheTimeoutAnew() throws InterruptedException {
        Task<String, String> byHand = Task.named("by-hand", String.class, String.class)
                .timeout(Duration.ofSeconds(10))
                .retry(Retry.byHand(3))
                .run((payload, run) -> {
                    if (run.attempt() == 1) {
                        throw new IllegalStateException("again");
                    }
                    gate.pass();
                    return "done";
                });
        test.errand().add(byHand);
        Run<String> run = test.finish(test.errand().trigger(byHand, ""));
        test.clock().advance(Duration.ofMinutes(5));
        assertThat(run.retry()).isEqualTo(RetryAnswer.RETRIED);
        gate.awaitArrivals(1);
        test.clock().advance(Duration.ofSeconds(9));
        assertThat(run.state().isTerminal()).isFalse();
        test.clock().advance(Duration.ofSeconds(1));
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT).hasAttempts(2);
    }

    @Test
    void anAttemptThatIsActiveForTooLongEndsTheRun() throws InterruptedException { // case 157
        List<String> called = new CopyOnWriteArrayList<>();
        Task<String, String> busy = Task.named("busy", String.class, String.class)
                .maxDuration(Duration.ofSeconds(5))
                .retry(Retry.fixed(Duration.ZERO))
                .hooks(new Traced("", called))
                .run((payload, run) -> {
                    gate.pass();
                    return "done";
                });
        test.errand().add(busy);
        Run<String> run = started(busy, TriggerOptions.none());
        test.clock().advance(Duration.ofMillis(4_999));
        assertThat(run.state()).isEqualTo(RunState.EXECUTING);
        test.clock().advance(Duration.ofMillis(1));
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT).hasAttempts(1);
        assertThat(run.info().endedAt()).isEqualTo(T.plusSeconds(5));
        test.runUntilIdle();
        assertThat(called).doesNotContain("onSuccess", "onFailure", "cleanup");
    }

    @Test
    void theTriggersMaxDurationGoesOverTheTasks() throws InterruptedException {
        Task<String, String> busy = Task.named("busy", String.class, String.class)
                .maxDuration(Duration.ofSeconds(5))
                .timeout(Timeout.ofAttempt(Duration.ofSeconds(30)))
                .run((payload, run) -> {
                    gate.pass();
                    return "done";
                });
        test.errand().add(busy);
        Run<String> ten = started(busy, TriggerOptions.none().maxDuration(Duration.ofSeconds(10)));
        assertThat(ten.info().maxDuration()).isEqualTo(Duration.ofSeconds(10));
        test.clock().advance(Duration.ofSeconds(10));
        assertThat(ten).endsWithin(SOON).hasState(RunState.TIMED_OUT).hasReason("longer than 10s");
        Run<String> unlimited = started(busy, TriggerOptions.none().maxDuration(Duration.ZERO));
        test.clock().advance(Duration.ofSeconds(30)); // the timeout holds all the same
        assertThat(unlimited).endsWithin(SOON).hasState(RunState.TIMED_OUT).hasReason("longer than 30s");
    }

    @Test
    void aMaxDurationBelowFiveSecondsIsRefused() {
        assertThatThrownBy(() -> TriggerOptions.none().maxDuration(Duration.ofMillis(4_999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 5 s");
        assertThatThrownBy(() -> Task.named("short", String.class).maxDuration(Duration.ofSeconds(4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 5 s");
    }

    @Test
    void aBodyThatIgnoresItsTimeoutKeepsItsSlotUntilItEnds() throws InterruptedException {
        Gate stubborn = new Gate();
        Task<String, String> deaf = Task.named("deaf", String.class, String.class)
                .run((payload, run) -> {
                    stubborn.passStubbornly();
                    return "too late";
                });
        test.errand().add(deaf);
        Run<String> run = test.errand().trigger(deaf, "x", timeout(5));
        stubborn.awaitArrivals(1);
        Run<String> next = test.errand().trigger(plain, "next");
        test.clock().advance(Duration.ofSeconds(5));
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT);
        assertThat(gate.arrived()).isZero();
        assertThat(next.state()).isEqualTo(RunState.QUEUED);
        stubborn.open();
        gate.awaitArrivals(1);
        assertThat(run).hasState(RunState.TIMED_OUT);
        assertThat(run.info().output()).isNull();
        gate.open();
    }
}
