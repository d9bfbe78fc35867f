package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Retry;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A run was retried by hand, and who waits for its end hears of an earlier one only now. */
class LateEndTest {
    private final Gate gate = new Gate();
    private final Task<String, String> task = Task.named("task", String.class, String.class)
            .retry(Retry.byHand(2))
            .run((payload, run) -> {
                if (run.attempt() == 1) {
                    throw new IllegalStateException("on purpose");
                }
                gate.pass();
                return "second";
            });

    @AutoClose
    private final TestErrand test = TestStore.open(settings ->
            settings.store(LateEventsStoreProvider.PREFIX + TestStore.url()).tasks(task));

    @AfterEach
    void release() {
        LateEventsStoreProvider.release();
    }

    @Test
    void anEndThatWasUndoneEndsNoWait() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        test.errand().on(EventFilter.named(Event.STATE), event -> {
            if (event.attempt() == 2) {
                told.countDown();
            }
        });
        LateEventsStoreProvider.holdBack();
        Run<String> run = test.errand().trigger(task, "");
        Soon.await("it fails", () -> run.state() == RunState.FAILED);
        assertThat(run.retry()).isEqualTo(RetryAnswer.RETRIED);
        gate.awaitArrivals(1);

        CompletableFuture<RunResult<String>> result = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform().start(() -> waitFor(run, result));
        Soon.await("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
        CompletableFuture<String> future = run.future().toCompletableFuture();
        BlockingQueue<RunResult<String>> finished = new LinkedBlockingQueue<>();
        run.onFinish(finished::add);
        LateEventsStoreProvider.release();
        Soon.await(told);
        assertThat(result).isNotDone();
        assertThat(future).isNotDone();
        assertThat(finished).isEmpty();

        gate.open();
        RunResult<String> second = new RunResult.Completed<>(run.id(), "second");
        assertThat(result).succeedsWithin(SOON).isEqualTo(second);
        assertThat(future).succeedsWithin(SOON).isEqualTo("second");
        assertThat(Soon.next(finished)).isEqualTo(second);
    }

    private static void waitFor(Run<String> run, CompletableFuture<RunResult<String>> result) {
        try {
            result.complete(run.result(SOON));
        } catch (InterruptedException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }
}
