package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.ClaimLostException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.StepFailedException;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.TimeoutFrom;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of bodies that are asked to stop, that have lost their run, or that wait for a store out of reach. */
@Tag(TestStore.ONCE)
class StepInterruptionTest {
    private static final StepOptions ONCE = StepOptions.none().atMostOnce();

    private interface Body {
        String run(RunContext run) throws Exception;
    }

    @TempDir
    Path folder;

    private final Gate gate = new Gate();
    private final AtomicInteger calls = new AtomicInteger();
    private final BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();

    private static Task<String, String> task(Body body) {
        return Task.named("task", String.class, String.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(3))
                .run((payload, run) -> body.run(run));
    }

    // ── asked to stop

    @Test
    void aBodyOutOfTimeCallsNoStep() throws InterruptedException {
        Task<String, String> task = task(context -> {
            gate.passStubbornly();
            Thread.interrupted();
            for (StepOptions options : new StepOptions[] {
                StepOptions.none(), ONCE, StepOptions.none().always()
            }) {
                try {
                    context.step("late", options, calls::incrementAndGet);
                } catch (ClaimLostException e) {
                    thrown.add(e);
                }
            }
            return "";
        });
        try (TestErrand test = TestStore.open(task)) {
            Run<String> run = test.errand()
                    .trigger(task, "", TriggerOptions.none().timeout(Duration.ofSeconds(5), TimeoutFrom.START));
            gate.awaitArrivals(1);
            test.until(run, RunState.EXECUTING);
            test.clock().advance(Duration.ofSeconds(6));
            test.until(run, RunState.TIMED_OUT);
            gate.open();
            for (int i = 0; i < 3; i++) {
                assertThat(Soon.next(thrown)).hasMessageContaining(run.id().toString());
            }
            assertThat(calls).hasValue(0);
            assertThat(run).hasSteps();
        }
    }

    @Test
    void aBodyOutOfTimeInAStepHasNotCompletedIt() throws InterruptedException {
        Task<String, String> task = task(context -> {
            try {
                context.step("slow", gate::passStubbornly);
            } catch (ClaimLostException e) {
                thrown.add(e);
            }
            return "";
        });
        try (TestErrand test = TestStore.open(task)) {
            Run<String> run = test.errand()
                    .trigger(task, "", TriggerOptions.none().timeout(Duration.ofSeconds(5), TimeoutFrom.START));
            gate.awaitArrivals(1);
            test.until(run, RunState.EXECUTING);
            test.clock().advance(Duration.ofSeconds(6));
            test.until(run, RunState.TIMED_OUT);
            gate.open();
            assertThat(Soon.next(thrown)).isInstanceOf(ClaimLostException.class);
            assertThat(run).hasSteps();
        }
    }

    @Test
    void aBodyThatIsCancelledMayUndoInAStepWhatItDid() throws InterruptedException {
        Task<String, String> task = task(context -> {
            context.step("reserve", calls::incrementAndGet);
            try {
                gate.pass();
            } catch (InterruptedException e) {
                context.step("release", calls::decrementAndGet);
                throw e;
            }
            return "";
        });
        try (TestErrand test = TestStore.open(task)) {
            Run<String> run = test.errand().trigger(task, "");
            gate.awaitArrivals(1);
            run.cancel();
            assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED).hasSteps("reserve", "release");
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    void aThreadThatIsInterruptedBeginsNoStep() throws InterruptedException {
        Task<String, String> task = task(context -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> context.step("a", ONCE, calls::incrementAndGet))
                    .isInstanceOf(InterruptedException.class);
            return context.step("a", String.class, ONCE, () -> "first of its name");
        });
        try (TestErrand test = TestStore.open(task)) {
            Run<String> run = test.finish(test.errand().trigger(task, ""));
            assertThat(run).isCompleted().hasAttempts(1).hasOutput("first of its name");
            assertThat(run.steps()).singleElement().matches(step -> step.occurrence() == 1);
        }
    }

    @Test
    void aShutdownInAStepLetsItBeCalledAgain() throws InterruptedException {
        assertThat(afterAShutdownInAStep(StepOptions.none())).isEqualTo("called in attempt 1");
        assertThat(calls).hasValue(2);
    }

    @Test
    void aShutdownInAStepAtMostOnceIsAFailure() throws InterruptedException {
        assertThat(afterAShutdownInAStep(ONCE)).contains("failed before completing", "InterruptedException");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aStepAtMostOnceMaySayThatItCanBeInterrupted() throws InterruptedException {
        assertThat(afterAShutdownInAStep(ONCE.retryOn(InterruptedException.class)))
                .isEqualTo("called in attempt 1");
        assertThat(calls).hasValue(2);
    }

    private String afterAShutdownInAStep(StepOptions options) throws InterruptedException {
        String url = TestStore.url(folder);
        Task<String, String> task = task(context -> {
            try {
                return context.step("slow", String.class, options, () -> {
                    calls.incrementAndGet();
                    gate.pass();
                    return "called in attempt " + context.attempt();
                });
            } catch (StepFailedException e) {
                return e.getMessage();
            }
        });
        RunId id;
        try (TestErrand test = TestErrand.open(settings -> settings.store(url).tasks(task))) {
            id = test.errand().trigger(task, "").id();
            gate.awaitArrivals(1);
        }
        gate.open();
        try (TestErrand test = TestErrand.open(settings -> settings.store(url).tasks(task))) {
            Run<String> run = test.errand().run(id, task);
            assertThat(run).endsWithin(SOON).isCompleted().hasAttempts(1);
            return run.await(SOON);
        }
    }

    // ── while what is kept cannot be written

    private TestErrand open(Outage outage, Task<?, ?> task) {
        return TestErrand.open(settings -> settings.store(outage.url()).tasks(task));
    }

    private Thread waiting() throws InterruptedException {
        Thread body = Soon.next(threads);
        Soon.await("it waits for the store", () -> body.getState() == Thread.State.WAITING);
        return body;
    }

    /** Says when the body has noticed that it is interrupted: until then the store stays out of reach, lest it answer first. */
    private <T> T heard(Callable<T> step) throws Exception {
        try {
            return step.call();
        } catch (InterruptedException e) {
            thrown.add(e);
            throw e;
        }
    }

    @Test
    void whatAStepReturnedIsKeptThoughItsThreadIsInterrupted() throws Exception {
        try (Outage outage = Outage.of(folder)) {
            Task<String, String> task = task(context -> {
                int count = heard(() -> context.step("count", Integer.class, () -> {
                    outage.begin();
                    threads.add(Thread.currentThread());
                    return calls.incrementAndGet();
                }));
                return count + " in attempt " + context.attempt();
            });
            try (TestErrand test = open(outage, task)) {
                Run<String> run = test.errand().trigger(task, "");
                waiting().interrupt();
                assertThat(Soon.next(thrown)).isInstanceOf(InterruptedException.class);
                outage.end();
                assertThat(run).endsWithin(SOON).isCompleted().hasOutput("1 in attempt 2");
                assertThat(run.attempts().getFirst().failure().type()).isEqualTo(InterruptedException.class.getName());
                assertThat(calls).hasValue(1);
            }
        }
    }

    @Test
    void aStepAtMostOnceThatWasInterruptedBeforeItsCodeWasCalledMayBeCalled() throws Exception {
        try (Outage outage = Outage.of(folder)) {
            Task<String, String> task = task(context -> {
                context.step("before", () -> {});
                if (context.attempt() == 1) {
                    outage.begin();
                    threads.add(Thread.currentThread());
                }
                int count = heard(() -> context.step("count", Integer.class, ONCE, calls::incrementAndGet));
                return count + " in attempt " + context.attempt();
            });
            try (TestErrand test = open(outage, task)) {
                Run<String> run = test.errand().trigger(task, "");
                Thread body = waiting();
                assertThat(calls).as("not before its start is known").hasValue(0);
                body.interrupt();
                assertThat(Soon.next(thrown)).isInstanceOf(InterruptedException.class);
                outage.end();
                assertThat(run).endsWithin(SOON).isCompleted().hasOutput("1 in attempt 2");
                assertThat(run).hasSteps("before", "count");
            }
        }
    }

    @Test
    void aThreadThatWaitsIsFreeWhenItsBodyHasEnded() throws Exception {
        try (Outage outage = Outage.of(folder)) {
            Task<String, String> task = task(context -> {
                context.step("before", () -> {});
                outage.begin();
                Thread.startVirtualThread(() -> {
                    threads.add(Thread.currentThread());
                    try {
                        context.step("left behind", calls::incrementAndGet);
                    } catch (ClaimLostException | InterruptedException e) {
                        thrown.add(e);
                    }
                });
                waiting();
                return "ended";
            });
            try (TestErrand test = open(outage, task)) {
                Run<String> run = test.errand().trigger(task, "");
                assertThat(Soon.next(thrown)).isInstanceOf(ClaimLostException.class);
                outage.end();
                assertThat(run).endsWithin(SOON).isCompleted().hasOutput("ended");
            }
        }
    }

    @Test
    void aBodyThatWaitsDoesNotKeepTheEngineFromClosing() throws Exception {
        try (Outage outage = Outage.of(folder)) {
            Task<String, String> task = task(context -> {
                context.step("before", () -> {});
                outage.begin();
                threads.add(Thread.currentThread());
                try {
                    context.step("count", ONCE, calls::incrementAndGet);
                } catch (InterruptedException e) {
                    thrown.add(e);
                }
                return "ended";
            });
            TestErrand test = open(outage, task);
            test.errand().trigger(task, "");
            waiting();
            Thread closing = Thread.ofPlatform().start(test::close);
            assertThat(Soon.next(thrown)).isNotNull();
            outage.end();
            assertThat(closing.join(SOON)).isTrue();
            assertThat(calls).hasValue(0);
        }
    }
}
