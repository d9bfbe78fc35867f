package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.AwaitTimeoutException;
import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunFailedException;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private final Gate gate = new Gate();
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .run((payload, run) -> {
                run.emit("before");
                gate.pass();
                return payload;
            });
    private final Task<String, String> fails = Task.named("fails", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                throw new IllegalStateException(payload);
            });
    private final Task<String, Integer> flaky = Task.named("flaky", String.class, Integer.class)
            .retry(Retry.fixed(Duration.ZERO))
            .run((payload, run) -> {
                if (run.attempt() < 3) {
                    throw new IllegalStateException("not yet");
                }
                return run.attempt();
            });

    @AutoClose
    private final TestErrand test = TestStore.open(blocks, fails, flaky);

    @Test
    void aTriggerReturnsBeforeTheRunEnds() throws InterruptedException { // case 5
        Set<RunId> ids = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            Run<String> run = test.errand().trigger(blocks, "x");
            assertThat(run.state()).isIn(RunState.QUEUED, RunState.EXECUTING);
            assertThat(run.info().createdAt()).isEqualTo(test.clock().instant());
            assertThat(run.info().endedAt()).isNull();
            ids.add(run.id());
        }
        assertThat(ids).hasSize(6);
        gate.open();
    }

    @Test
    void aWaitThatTimesOutDoesNotDisturbTheRun() throws InterruptedException { // case 19, D12
        Run<String> run = test.errand().trigger(blocks, "done");
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        assertThatExceptionOfType(AwaitTimeoutException.class)
                .isThrownBy(() -> run.await(Duration.ofMillis(20)))
                .withMessageContaining(run.id() + " has not ended within 20ms; it is EXECUTING")
                .satisfies(error -> assertThat(error.state()).isEqualTo(RunState.EXECUTING));
        assertThat(run.result(Duration.ofMillis(1)))
                .isEqualTo(new RunResult.Unfinished<>(run.id(), RunState.EXECUTING));
        gate.open();
        assertThat(run.await(SOON)).isEqualTo("done");
        assertThat(run).hasAttempts(1);
    }

    @Test
    void awaitAnswersTheOutputThroughRetries() throws InterruptedException { // D3 and case 79
        Run<Integer> run = test.errand().trigger(flaky, "");
        assertThat(run.await(SOON)).isEqualTo(3);
        assertThat(run).hasAttempts(3);
    }

    @Test
    void awaitThrowsWhatARunFailedOf() {
        Run<String> run = test.errand().trigger(fails, "boom");
        assertThatExceptionOfType(RunFailedException.class)
                .isThrownBy(() -> run.await(SOON))
                .withMessageContaining("of task fails ended FAILED")
                .withMessageContaining("boom")
                .satisfies(error -> {
                    assertThat(error.run()).isEqualTo(run.id());
                    assertThat(error.state()).isEqualTo(RunState.FAILED);
                    assertThat(error.failure().orElseThrow().kind()).isEqualTo(FailureKind.ERROR);
                });
    }

    @Test
    void resultAnswersEveryEndWithoutThrowing() throws InterruptedException {
        Run<String> run = test.errand().trigger(fails, "boom");
        assertThat(run.result(SOON)).isInstanceOfSatisfying(RunResult.Unsuccessful.class, result -> {
            assertThat(result.state()).isEqualTo(RunState.FAILED);
            assertThat(result.reason()).contains("boom");
            assertThat(result.failure()).isNotNull();
        });
        Run<Integer> good = test.errand().trigger(flaky, "");
        assertThat(good.result(SOON)).isEqualTo(new RunResult.Completed<>(good.id(), 3));
    }

    @Test
    void finishedAndFailedAreAskedApart() throws InterruptedException { // case 41
        Run<String> bad = test.finish(test.errand().trigger(fails, "boom"));
        assertThat(bad.isFinished()).isTrue();
        assertThat(bad.isFailed()).isTrue();
        Run<Integer> good = test.finish(test.errand().trigger(flaky, ""));
        assertThat(good.isFinished()).isTrue();
        assertThat(good.isFailed()).isFalse();
        Run<String> open = test.errand().trigger(blocks, "");
        assertThat(open.isFinished()).isFalse();
        assertThat(open.isFailed()).isFalse();
    }

    @Test
    void consumeStopsAndDisposesOfARunThatTakesTooLong() throws InterruptedException { // D12
        Run<String> run = test.errand().trigger(blocks, "never");
        gate.awaitArrivals(1);
        Soon.await("what it emitted is kept", () -> !run.emitted().isEmpty());
        assertThat(run.consume(Duration.ofMillis(100))).isEqualTo("before");
        gate.awaitInterrupt();
        assertThatExceptionOfType(RunNotFoundException.class).isThrownBy(run::info);
    }

    @Test
    void consumingAFailedRunAnswersWhatItEmitted() throws InterruptedException {
        Task<String, String> partly = Task.named("partly", String.class, String.class)
                .retry(Retry.none())
                .run((payload, run) -> {
                    run.emit(1);
                    run.emit(2);
                    throw new IllegalStateException("boom");
                });
        test.errand().add(partly);
        Run<String> run = test.errand().trigger(partly, "");
        assertThat(run.consume(SOON)).isEqualTo(List.of(1, 2));
        assertThatExceptionOfType(RunNotFoundException.class).isThrownBy(run::info);
    }

    @Test
    void manyThreadsWaitForOneRun() throws InterruptedException { // case 80
        Run<String> run = test.errand().trigger(blocks, "shared");
        gate.awaitArrivals(1);
        List<String> outputs = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(50);
        for (int i = 0; i < 50; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    outputs.add(test.errand().run(run.id(), blocks).await(SOON));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                done.countDown();
            });
        }
        gate.open();
        Soon.await(done);
        assertThat(outputs).hasSize(50).containsOnly("shared");
    }

    @Test
    void aFutureCompletesWithTheOutputOrTheFailure() throws Exception {
        CompletableFuture<Integer> good =
                test.errand().trigger(flaky, "").future().toCompletableFuture();
        assertThat(good.get(Soon.SECONDS, TimeUnit.SECONDS)).isEqualTo(3);
        CompletableFuture<String> bad =
                test.errand().trigger(fails, "boom").future().toCompletableFuture();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> bad.get(Soon.SECONDS, TimeUnit.SECONDS))
                .withCauseInstanceOf(RunFailedException.class);
    }

    @Test
    void cancellingAFutureLeavesTheRunAlone() throws InterruptedException {
        Run<String> run = test.errand().trigger(blocks, "done");
        gate.awaitArrivals(1);
        run.future().toCompletableFuture().cancel(true);
        gate.open();
        assertThat(run.await(SOON)).isEqualTo("done");
    }

    @Test
    void waitingInsideABodyIsRefused() throws InterruptedException {
        Task<String, String> waits = Task.named("waits", String.class, String.class)
                .retry(Retry.none())
                .run((payload, run) -> run.trigger(blocks, "child").await(SOON));
        test.errand().add(waits);
        Run<String> run = test.errand().trigger(waits, "");
        assertThat(run)
                .endsWithin(SOON)
                .isFailed()
                .hasFailure(IllegalStateException.class)
                .hasFailureMessage("body must not wait");
    }

    @Test
    void triggerAndWaitInsideABodyIsRefusedAndTriggersNothing() // case 152, turned round: who is outside may wait
            throws InterruptedException {
        Task<String, String> waits = Task.named("waits", String.class, String.class)
                .retry(Retry.none())
                .run((payload, run) -> String.valueOf(test.errand().triggerAndWait(blocks, "child", SOON)));
        test.errand().add(waits);
        Run<String> run = test.errand().trigger(waits, "");
        assertThat(run)
                .endsWithin(SOON)
                .isFailed()
                .hasFailure(IllegalStateException.class)
                .hasFailureMessage("body must not wait for a run of task blocks");
        assertThat(test.errand().runs(RunQuery.all()).items())
                .extracting(RunInfo::id)
                .containsExactly(run.id());
    }

    @Test
    void aRunThatIsPurgedEndsTheWait() throws InterruptedException {
        Run<String> run =
                test.errand().trigger(blocks, "never", TriggerOptions.none().after(Duration.ofHours(1)));
        BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                run.await(Duration.ofHours(1));
            } catch (InterruptedException | RuntimeException e) {
                thrown.add(e);
            }
        });
        Soon.await("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
        run.purge();
        assertThat(Soon.next(thrown)).isInstanceOf(RunNotFoundException.class);
    }

    @Test
    void aFutureOfARunThatIsPurgedFails() throws Exception {
        Run<String> run =
                test.errand().trigger(blocks, "never", TriggerOptions.none().after(Duration.ofHours(1)));
        CompletableFuture<String> future = run.future().toCompletableFuture();
        run.purge();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> future.get(Soon.SECONDS, TimeUnit.SECONDS))
                .withCauseInstanceOf(RunNotFoundException.class);
    }

    @Test
    void anUnknownRunIsNamed() {
        RunId made = RunId.next();
        assertThatExceptionOfType(RunNotFoundException.class)
                .isThrownBy(() -> test.errand().run(made))
                .withMessageContaining(made.toString());
    }

    @Test
    void aWaitingThreadCanBeInterrupted() throws InterruptedException {
        Run<String> run = test.errand().trigger(blocks, "done");
        gate.awaitArrivals(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                run.await(SOON);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        Soon.await("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
        waiter.interrupt();
        Soon.await(interrupted);
        gate.open();
        assertThat(run.await(SOON)).isEqualTo("done");
    }

    @Test
    void aHundredRunsAreAwaitedInAnyOrder() throws InterruptedException {
        List<Run<Integer>> runs = test.errand()
                .triggerAll(flaky, IntStream.range(0, 100).mapToObj(i -> "" + i).toList());
        for (Run<Integer> run : runs.reversed()) {
            assertThat(run.await(SOON)).isEqualTo(3);
        }
    }
}
