package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Attempt;
import dev.errand.CancelAnswer;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.PurgeAnswer;
import dev.errand.RescheduleAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunFailedException;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CancellationTest {
    private final Gate gate = new Gate();
    private final AtomicBoolean toldInside = new AtomicBoolean();
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .run((payload, run) -> {
                try {
                    gate.pass();
                } finally {
                    toldInside.set(run.isCancelled());
                }
                return payload;
            });
    private final Task<String, String> deaf = Task.named("deaf", String.class, String.class)
            .run((payload, run) -> {
                gate.passStubbornly();
                return payload;
            });
    private final Task<String, String> fails = Task.named("fails", String.class, String.class)
            .retry(Retry.fixed(Duration.ofMinutes(1)))
            .run((payload, run) -> {
                throw new IllegalStateException("boom");
            });

    @AutoClose
    private final TestErrand test = TestStore.open(
            settings -> settings.tasks(blocks, deaf, fails).concurrency(1).drain(Duration.ZERO));

    private Run<String> started(Task<String, String> task) throws InterruptedException {
        Run<String> run = test.errand().trigger(task, "x");
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        return run;
    }

    private Run<String> delayed() {
        return test.errand().trigger(blocks, "x", TriggerOptions.none().after(Duration.ofHours(1)));
    }

    @Test
    void aDelayedRunIsCanceledAtOnceAndNeverStarts() throws InterruptedException { // case 97
        Run<String> run = delayed();
        assertThat(run.cancel("no longer wanted")).isEqualTo(CancelAnswer.OK);
        assertThat(run)
                .hasState(RunState.CANCELED)
                .hasReason("no longer wanted")
                .hasAttempts(0);
        test.advance(Duration.ofHours(2));
        assertThat(gate.arrived()).isZero();
        assertThat(run.cancel()).isEqualTo(CancelAnswer.NOT_FOUND);
    }

    @Test
    void aQueuedRunIsCanceledAndNeverStarts() throws InterruptedException {
        started(blocks);
        Run<String> queued = test.errand().trigger(blocks, "x");
        assertThat(queued.cancel()).isEqualTo(CancelAnswer.OK);
        assertThat(queued).endsWithin(SOON).hasState(RunState.CANCELED).hasAttempts(0);
        gate.open();
        test.runUntilIdle();
        assertThat(gate.arrived()).isEqualTo(1);
    }

    @Test
    void aWaitingRetryIsCanceledAtOnce() throws InterruptedException { // case 95
        Run<String> run = test.errand().trigger(fails, "x");
        test.runUntilIdle();
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        test.advance(Duration.ofHours(1));
        assertThat(run).hasState(RunState.CANCELED).hasAttempts(1);
        assertThatExceptionOfType(RunFailedException.class)
                .isThrownBy(() -> run.await(Duration.ZERO))
                .withMessageContaining("of task fails ended CANCELED")
                .satisfies(error -> assertThat(error.task()).isEqualTo("fails"));
    }

    @Test
    void anExecutingRunIsInterruptedAndEndsCanceled() throws InterruptedException {
        Run<String> run = started(blocks);
        assertThat(run.cancel("enough")).isEqualTo(CancelAnswer.OK);
        gate.awaitInterrupt();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED).hasReason("enough");
        assertThat(toldInside).isTrue();
        assertThat(run.attempts()).extracting(Attempt::state).containsExactly(RunState.CANCELED);
    }

    @Test
    void whatACanceledBodyReturnsDoesNotCount() throws InterruptedException {
        Run<String> run = started(deaf);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.CANCELLING);
        assertThat(run.state()).isEqualTo(RunState.EXECUTING);
        assertThat(run.info().cancelRequested()).isTrue();
        assertThat(test.errand().why(run.id())).contains("asked to stop");
        gate.open();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        assertThat(run.info().output()).isNull();
    }

    @Test
    void aBodyThatDoesNotStopIsGivenThirtySecondsAndKeepsItsSlot() throws InterruptedException {
        Run<String> run = started(deaf);
        run.cancel();
        test.clock().advance(Duration.ofMillis(29_999));
        Run<String> next = test.errand().trigger(blocks, "next");
        assertThat(run.state()).isEqualTo(RunState.EXECUTING);
        test.clock().advance(Duration.ofMillis(1));
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        assertThat(next.state()).isEqualTo(RunState.QUEUED);
        assertThat(gate.arrived()).isEqualTo(1);
        gate.letPass(1);
        gate.awaitArrivals(1);
        assertThat(run).hasState(RunState.CANCELED).hasAttempts(1);
        gate.open();
        assertThat(next).endsWithin(SOON).isCompleted();
    }

    @Test
    void aFinishedRunIsNotCanceled() throws InterruptedException { // cases 96 and 155
        gate.open();
        Run<String> run = test.finish(test.errand().trigger(blocks, "x"));
        assertThat(run.cancel()).isEqualTo(CancelAnswer.NOT_FOUND);
        assertThat(run).isCompleted();
    }

    @Test
    void anUnknownRunIsNotCanceledAndNothingIsThrown() { // case 96
        Run<String> run = delayed();
        run.purge();
        assertThat(run.cancel()).isEqualTo(CancelAnswer.NOT_FOUND);
    }

    @Test
    void aRunIsCanceledAtWhateverMomentAroundItsStart() throws InterruptedException {
        for (int i = 0; i < 150; i++) {
            Run<String> run = test.errand().trigger(blocks, "x");
            long moment = System.nanoTime() + i * 10_000L;
            while (System.nanoTime() < moment) {
                Thread.onSpinWait();
            }
            run.cancel();
            Soon.awaitWithin(Duration.ofSeconds(2), "it ends before the safety net, after 5 s", run::isFinished);
            assertThat(run).hasState(RunState.CANCELED);
        }
    }

    // ── purging

    @Test
    void aRunningRunIsClosedAndGone() throws InterruptedException { // case 40
        Run<String> run = started(blocks);
        assertThat(run.purge()).isEqualTo(PurgeAnswer.EXECUTING);
        assertThat(run.forcePurge()).isEqualTo(PurgeAnswer.PURGED);
        gate.awaitInterrupt();
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
        assertThat(run.forcePurge()).isEqualTo(PurgeAnswer.NOT_FOUND);
        assertThat(run.purge()).isEqualTo(PurgeAnswer.NOT_FOUND);
        gate.open();
        assertThat(test.run(blocks, "next")).isEqualTo("next");
    }

    @Test
    void runsInEveryOtherStateArePurged() throws InterruptedException {
        gate.open();
        Run<String> completed = test.finish(test.errand().trigger(blocks, "x"));
        Run<String> retrying = test.errand().trigger(fails, "x");
        test.runUntilIdle();
        for (Run<String> run : List.of(delayed(), completed, retrying)) {
            assertThat(run.purge()).isEqualTo(PurgeAnswer.PURGED);
        }
        test.advance(Duration.ofHours(2));
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void aBodyThatEndsAfterItsRunWasPurgedLeavesNoTrace() throws InterruptedException {
        Run<String> run = started(deaf);
        assertThat(run.forcePurge()).isEqualTo(PurgeAnswer.PURGED);
        gate.open();
        assertThat(test.run(blocks, "next")).isEqualTo("next");
        assertThat(test.errand().runs(RunQuery.all().tasks("deaf")).items()).isEmpty();
    }

    // ── terminal states

    @Test
    void aTerminalStateNeverChanges() throws InterruptedException {
        List<Event> ends = new CopyOnWriteArrayList<>();
        test.errand().on(EventFilter.named(Event.STATE), event -> {
            if (event.isEnd()) {
                ends.add(event);
            }
        });
        Run<String> timedOut =
                test.errand().trigger(deaf, "x", TriggerOptions.none().timeout(Duration.ofSeconds(1)));
        gate.awaitArrivals(1);
        test.clock().advance(Duration.ofSeconds(1));
        assertThat(timedOut).endsWithin(SOON).hasState(RunState.TIMED_OUT);
        assertThat(timedOut.cancel()).isEqualTo(CancelAnswer.NOT_FOUND);
        assertThat(timedOut.reschedule(test.clock().instant().plusSeconds(5))).isEqualTo(RescheduleAnswer.NOT_DELAYED);
        gate.open(); // the body returns an output: too late
        assertThat(test.run(blocks, "next")).isEqualTo("next"); // the slot was free: the body has ended
        test.advance(Duration.ofDays(1));
        assertThat(timedOut).hasState(RunState.TIMED_OUT).hasAttempts(1);
        assertThat(timedOut.info().output()).isNull();
        assertThat(timedOut.future().toCompletableFuture()).failsWithin(SOON);
        assertThat(ends).filteredOn(event -> event.run().equals(timedOut.id())).hasSize(1);
    }

    // ── replay and reschedule

    @Test
    void aReplayIsANewRunOfTheSame() throws InterruptedException { // case 156
        TriggerOptions options =
                TriggerOptions.none().name("nightly").tags("a").priority(5).attempts(1);
        Run<String> failed = test.finish(test.errand().trigger(fails, "payload", options));
        test.errand().edit(fails.withBody((payload, run) -> payload + " replayed"));
        Run<String> replayed = failed.replay();
        assertThat(test.finish(replayed)).isCompleted().hasOutput("payload replayed");
        assertThat(replayed.id()).isNotEqualTo(failed.id());
        assertThat(replayed.info()).satisfies(info -> {
            assertThat(info.replayOf()).isEqualTo(failed.id());
            assertThat(info.payload()).isEqualTo(new Json("\"payload\""));
            assertThat(info.name()).isEqualTo("nightly");
            assertThat(info.tags()).containsExactly("a");
            assertThat(info.priority()).isEqualTo(5);
            assertThat(info.maxAttempts()).isEqualTo(1);
        });
        assertThat(failed).hasState(RunState.FAILED);
    }

    @Test
    void aDelayedRunIsMovedAndStartsAtItsNewTime() throws InterruptedException { // case 141
        Instant begin = test.clock().instant();
        Run<String> run = delayed();
        assertThat(run).hasState(RunState.DELAYED);
        assertThat(run.info().dueAt()).isEqualTo(begin.plus(Duration.ofHours(1)));
        Instant later = begin.plus(Duration.ofHours(2));
        assertThat(run.reschedule(later)).isEqualTo(RescheduleAnswer.RESCHEDULED);
        test.advance(Duration.ofMinutes(119));
        assertThat(run).hasState(RunState.DELAYED);
        test.clock().set(later);
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        assertThat(run.info().startedAt()).isEqualTo(later);
        assertThat(run.reschedule(later.plusSeconds(1))).isEqualTo(RescheduleAnswer.NOT_DELAYED);
        gate.open();
        assertThat(run).endsWithin(SOON).isCompleted();
        assertThat(run.reschedule(later.plusSeconds(1))).isEqualTo(RescheduleAnswer.NOT_DELAYED);
        assertThat(run).isCompleted().hasAttempts(1);
    }

    @Test
    void aDelayedRunMovedToThePastStartsAtOnceAndInLine() throws InterruptedException {
        Run<String> occupying = started(blocks);
        Run<String> queued = test.errand().trigger(blocks, "queued");
        test.clock().advance(Duration.ofSeconds(1));
        Run<String> moved = test.errand()
                .trigger(
                        blocks,
                        "moved",
                        TriggerOptions.none().after(Duration.ofHours(1)).ttl(Duration.ofHours(1)));
        assertThat(moved.reschedule(Instant.EPOCH)).isEqualTo(RescheduleAnswer.RESCHEDULED);
        assertThat(test.errand().why(moved.id())).contains("1 runs ahead");
        gate.open();
        for (Run<String> run : List.of(occupying, queued, moved)) {
            assertThat(run).endsWithin(SOON).isCompleted();
        }
    }
}
