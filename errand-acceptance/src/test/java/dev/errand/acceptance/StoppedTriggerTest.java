package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.Timeout;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Bodies that are asked to stop, and trigger what undoes their work. */
class StoppedTriggerTest {
    private final Gate gate = new Gate();
    private final BlockingQueue<Run<String>> refunds = new LinkedBlockingQueue<>();

    private final Task<String, String> refund =
            Task.named("refund", String.class, String.class).run((payload, run) -> payload);

    private final TaskHooks<@Nullable Object, @Nullable Object> refunding = new TaskHooks<>() {
        @Override
        public void onCancel(@Nullable Object payload, CompletionStage<?> end, RunContext run) {
            refunds.add(run.trigger(refund, "by the hook"));
        }
    };

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(refund).concurrency(2));

    private Run<String> started(Task<String, String> task) throws InterruptedException {
        test.errand().put(task);
        Run<String> run = test.errand().trigger(task, "");
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        return run;
    }

    private void assertRefundedBy(Run<String> run) throws InterruptedException {
        Run<String> only = Soon.next(refunds);
        assertThat(test.finish(only)).isCompleted();
        test.runUntilIdle();
        List<RunInfo> stored =
                test.errand().runs(RunQuery.all().tasks("refund")).items();
        assertThat(stored).singleElement().satisfies(info -> {
            assertThat(info.id()).isEqualTo(only.id());
            assertThat(info.parent()).isEqualTo(run.id());
        });
        assertThat(refunds).isEmpty();
    }

    @Test
    void aBodyThatIsCancelledTriggersOnce() throws InterruptedException {
        Task<String, String> order = Task.named("order", String.class, String.class)
                .run((payload, run) -> {
                    try {
                        gate.pass();
                    } catch (InterruptedException e) {
                        refunds.add(run.trigger(refund, "by the body"));
                        throw e;
                    }
                    return "";
                });
        Run<String> run = started(order);
        run.cancel();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        assertRefundedBy(run);
    }

    @Test
    void aHookThatIsToldOfACancelTriggersOnce() throws InterruptedException {
        Task<String, String> order = Task.named("order", String.class, String.class)
                .hooks(refunding)
                .run((payload, run) -> {
                    gate.pass();
                    return "";
                });
        Run<String> run = started(order);
        run.cancel();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        assertRefundedBy(run);
    }

    @Test
    void aBodyOutOfTimeTriggersOnce() throws InterruptedException {
        Task<String, String> order = Task.named("order", String.class, String.class)
                .timeout(Timeout.ofAttempt(Duration.ofSeconds(5)))
                .run((payload, run) -> {
                    try {
                        gate.pass();
                    } finally {
                        run.log().warn("too late");
                        letBeNoted();
                        refunds.add(run.trigger(refund, "by the body"));
                    }
                    return "";
                });
        Run<String> run = started(order);
        test.clock().advance(Duration.ofSeconds(6));
        test.until(run, RunState.TIMED_OUT);
        assertRefundedBy(run);
    }

    /** Passes some time, unless it is interrupted once more, which it should not be. */
    private static void letBeNoted() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
