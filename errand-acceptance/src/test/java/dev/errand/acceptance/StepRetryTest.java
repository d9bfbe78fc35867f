package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.AbortException;
import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepOptions;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps with retries of their own. */
class StepRetryTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final StepOptions THREE = StepOptions.none().retry(Retry.fixed(HOUR));

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final AtomicInteger calls = new AtomicInteger();

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.concurrency(1));

    private static Task<String, Object> task(String name, int attempts, Body body) {
        return Task.named(name, String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(attempts))
                .run((payload, run) -> body.run(run));
    }

    private Run<Object> trigger(int attempts, Body body) {
        Task<String, Object> task = task("task", attempts, body);
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    /** Throws until it has been called so often. */
    private int succeedsAt(int call) throws IOException {
        if (calls.incrementAndGet() < call) {
            throw new IOException("line is busy " + calls);
        }
        return calls.get();
    }

    private static String message(@Nullable Failure failure) {
        return Objects.requireNonNull(failure).message();
    }

    @Test
    void aStepIsTriedAgainWithinTheAttempt() throws InterruptedException { // case 160
        Run<Object> run =
                test.finish(trigger(1, context -> context.step("charge", Integer.class, THREE, () -> succeedsAt(3))));
        assertThat(run).isCompleted().hasOutput(3).hasAttempts(1).hasSteps("charge", "charge", "charge");
        assertThat(run.steps())
                .extracting(Step::state)
                .containsExactly(StepState.RETRYING, StepState.RETRYING, StepState.COMPLETED);
        assertThat(run.steps()).extracting(Step::occurrence).containsExactly(1, 2, 1);
        assertThat(message(run.steps().getFirst().failure())).isEqualTo("line is busy 1");
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(HOUR.multipliedBy(2)));
    }

    @Test
    void betweenTriesItsRunWaits() throws InterruptedException {
        Run<Object> run = trigger(1, context -> context.step("charge", Integer.class, THREE, () -> succeedsAt(2)));
        test.until(run, RunState.WAITING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(HOUR));
        assertThat(test.errand().why(run.id())).contains("to try step 'charge' again", "holds no slot");
        Step failed = run.steps().getFirst();
        assertThat(failed.endedAt()).as("when it threw").isEqualTo(SettableClock.START);

        Task<String, Object> other = task("other", 1, context -> "meanwhile");
        test.errand().put(other);
        assertThat(test.finish(test.errand().trigger(other, ""))).isCompleted();

        test.advance(HOUR.minusMillis(1));
        assertThat(run).hasState(RunState.WAITING);
        test.advance(Duration.ofMillis(1));
        assertThat(test.finish(run)).isCompleted().hasOutput(2);
    }

    @Test
    void aTryTellsWhenItBeganAndWhenItFailed() throws InterruptedException {
        Run<Object> run = trigger(
                1,
                context -> context.step("charge", Integer.class, THREE, () -> {
                    test.clock().advance(Duration.ofSeconds(3));
                    return succeedsAt(2);
                }));
        test.until(run, RunState.WAITING);
        Step failed = run.steps().getFirst();
        assertThat(failed.startedAt()).isEqualTo(SettableClock.START);
        assertThat(failed.endedAt()).isEqualTo(SettableClock.START.plusSeconds(3));
        assertThat(failed.attempt()).isEqualTo(1);
        assertThat(Objects.requireNonNull(failed.failure()).attempt())
                .as("of the run")
                .isEqualTo(1);
        assertThat(run.info().dueAt())
                .isEqualTo(SettableClock.START.plusSeconds(3).plus(HOUR));
    }

    @Test
    void ofVeryManyTriesTheFirstAndTheLatestAreKept() throws InterruptedException {
        StepOptions often = StepOptions.none().retry(Retry.fixed(HOUR).attempts(40));
        Run<Object> run =
                test.finish(trigger(1, context -> context.step("charge", Integer.class, often, () -> succeedsAt(100))));
        assertThat(run).hasState(RunState.FAILED).hasAttempts(1).hasFailureMessage("line is busy 40");
        assertThat(calls).hasValue(40);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(HOUR.multipliedBy(39)));
        List<Step> kept = run.steps();
        assertThat(kept).hasSize(20).extracting(Step::state).containsOnly(StepState.RETRYING);
        assertThat(message(kept.get(18).failure())).isEqualTo("line is busy 19");
        assertThat(message(kept.getLast().failure())).isEqualTo("line is busy 39");
        assertThat(kept.getLast().result()).isEqualTo(new Json("39"));
    }

    @Test
    void aPolicyThatNowAllowsFewerTriesThanThereWereAllowsTheOneThatIsDue() throws InterruptedException {
        Run<Object> run = trigger(1, context -> context.step("charge", Integer.class, THREE, () -> succeedsAt(9)));
        test.until(run, RunState.WAITING);
        StepOptions once = StepOptions.none().retry(Retry.none());
        test.errand().put(task("task", 1, context -> context.step("charge", Integer.class, once, () -> succeedsAt(9))));
        assertThat(test.finish(run)).hasState(RunState.FAILED).hasFailureMessage("line is busy 2");
        assertThat(calls).hasValue(2);
    }

    @Test
    void aStepThatHasNoRetriesAnyMoreIsCalledOnce() throws InterruptedException {
        Run<Object> run = trigger(1, context -> context.step("charge", Integer.class, THREE, () -> succeedsAt(9)));
        test.until(run, RunState.WAITING);
        test.errand().put(task("task", 1, context -> context.step("charge", Integer.class, () -> succeedsAt(9))));
        assertThat(test.finish(run)).hasState(RunState.FAILED).hasFailureMessage("line is busy 2");
    }

    @Test
    void itsLastErrorGoesUpAndTheNextAttemptBeginsAgain() throws InterruptedException {
        List<String> seen = new CopyOnWriteArrayList<>();
        Run<Object> run = test.finish(trigger(2, context -> {
            try {
                return context.step("charge", Integer.class, THREE, () -> succeedsAt(6));
            } catch (IOException e) {
                seen.add(e.getMessage());
                throw e;
            }
        }));
        assertThat(run).isCompleted().hasOutput(6).hasAttempts(2);
        assertThat(seen).containsExactly("line is busy 3");
    }

    @Test
    void whatItsBodyCatchesFailsNothing() throws InterruptedException {
        Run<Object> run = test.finish(trigger(1, context -> {
            try {
                return context.step("charge", Integer.class, THREE, () -> succeedsAt(9));
            } catch (IOException e) {
                return context.step("instead", String.class, () -> String.valueOf(e.getMessage()));
            }
        }));
        assertThat(run).isCompleted().hasOutput("line is busy 3");
    }

    @Test
    void stepsOfOneNameAndStepsWithKeysHaveTriesOfTheirOwn() throws InterruptedException {
        Run<Object> run = test.finish(trigger(1, context -> {
            int first = context.step("charge", Integer.class, THREE, () -> succeedsAt(3));
            int second = context.step("charge", Integer.class, THREE, () -> succeedsAt(6));
            int third = context.step("charge", Integer.class, THREE.key("charge#1"), () -> succeedsAt(9));
            return first + second + third;
        }));
        assertThat(run).isCompleted().hasOutput(3 + 6 + 9).hasAttempts(1);
    }

    @Test
    void rulesAndErrorsThemselvesDecide() throws InterruptedException {
        Retry rules = Retry.fixed(HOUR)
                .abortOn(FileNotFoundException.class)
                .on(IOException.class, error -> RetryDecision.after(Duration.ofSeconds(5)));
        Run<Object> run = test.finish(trigger(
                1,
                context ->
                        context.step("charge", Integer.class, StepOptions.none().retry(rules), () -> {
                            if (calls.get() == 1) {
                                throw new FileNotFoundException("gone");
                            }
                            return succeedsAt(9);
                        })));
        assertThat(run).hasState(RunState.FAILED).hasFailure(FileNotFoundException.class);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plusSeconds(5));
    }

    @Test
    void aRuleThatThrowsEndsTheTriesAndIsHeardOf() throws InterruptedException {
        Retry rules = Retry.fixed(HOUR).on(IOException.class, error -> {
            throw new IllegalStateException("no rule for " + error.getMessage());
        });
        Run<Object> run = test.finish(trigger(
                1,
                context ->
                        context.step("charge", Integer.class, StepOptions.none().retry(rules), () -> succeedsAt(9))));
        assertThat(run).hasState(RunState.FAILED).hasFailure(IOException.class);
        assertThat(Objects.requireNonNull(run.info().failure()).stack())
                .contains("A retry rule of the step threw an error", "no rule for line is busy 1");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aRunThatIsCancelledTriesNothingAgainAndMayUndo() throws InterruptedException {
        Gate gate = new Gate();
        List<String> undone = new CopyOnWriteArrayList<>();
        Run<Object> run = trigger(1, context -> {
            try {
                return context.step("charge", Integer.class, THREE, () -> {
                    try {
                        gate.pass();
                    } catch (InterruptedException e) {
                        throw new IOException("interrupted", e);
                    }
                    return 1;
                });
            } catch (IOException e) {
                context.step("undo", () -> undone.add("undone"));
                throw e;
            }
        });
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        run.cancel("enough");
        test.until(run, RunState.CANCELED);
        assertThat(undone).containsExactly("undone");
        assertThat(run).hasSteps("undo");
    }

    @Test
    void aRunThatWaitsForTheNextTryIsCancelledAtOnce() throws InterruptedException {
        Run<Object> run = trigger(1, context -> context.step("charge", Integer.class, THREE, () -> succeedsAt(2)));
        test.until(run, RunState.WAITING);
        run.cancel("enough");
        assertThat(run).hasState(RunState.CANCELED);
        test.advance(HOUR.multipliedBy(2));
        assertThat(calls).hasValue(1);
    }

    @Test
    void hooksAreToldThatABodyWaitsForTheNextTry() throws InterruptedException {
        List<String> told = new CopyOnWriteArrayList<>();
        Task<String, Integer> task = Task.named("hooked", String.class, Integer.class)
                .hooks(new TaskHooks<String, Integer>() {
                    @Override
                    public void onWait(String payload, RunContext run) {
                        told.add("wait after " + calls);
                    }

                    @Override
                    public void onResume(String payload, RunContext run) {
                        told.add("resume");
                    }
                })
                .run((payload, run) -> run.step("charge", Integer.class, THREE, () -> succeedsAt(3)));
        test.errand().put(task);
        assertThat(test.finish(test.errand().trigger(task, ""))).isCompleted().hasOutput(3);
        assertThat(told).containsExactly("wait after 1", "resume", "wait after 2", "resume");
    }

    @Test
    void anAbortEndsTheRun() throws InterruptedException {
        Run<Object> run = test.finish(trigger(
                3,
                context -> context.step("charge", Integer.class, THREE, () -> {
                    calls.incrementAndGet();
                    throw new AbortException("no such customer");
                })));
        assertThat(run).hasState(RunState.FAILED).hasAttempts(1);
        assertThat(calls).hasValue(1);
    }

    @Test
    void triesOutliveTheirEngine(@TempDir Path folder) throws InterruptedException {
        String url = TestStore.url(folder);
        SettableClock clock = new SettableClock();
        Task<String, Object> task =
                task("task", 1, context -> context.step("charge", Integer.class, THREE, () -> succeedsAt(3)));
        RunId id;
        try (TestErrand first =
                TestErrand.open(clock, settings -> settings.store(url).tasks(task))) {
            Run<Object> run = first.errand().trigger(task, "");
            first.until(run, RunState.WAITING);
            id = run.id();
        }
        try (TestErrand second =
                TestErrand.open(clock, settings -> settings.store(url).tasks(task))) {
            Run<Object> run = second.errand().run(id, task);
            assertThat(second.finish(run)).isCompleted().hasOutput(3).hasAttempts(1);
        }
    }

    @Test
    void aShutdownSpendsNoTry(@TempDir Path folder) throws InterruptedException {
        String url = TestStore.url(folder);
        SettableClock clock = new SettableClock();
        Gate gate = new Gate();
        StepOptions twice = StepOptions.none().retry(Retry.fixed(HOUR).attempts(2));
        Task<String, Object> task = task(
                "task",
                1,
                context -> context.step("charge", Integer.class, twice, () -> {
                    int call = calls.incrementAndGet();
                    try {
                        if (call == 1) {
                            gate.pass();
                        }
                    } catch (InterruptedException e) {
                        throw new IOException("interrupted", e);
                    }
                    if (call == 2) {
                        throw new IOException("line is busy");
                    }
                    return call;
                }));
        RunId id;
        try (TestErrand first =
                TestErrand.open(clock, settings -> settings.store(url).tasks(task))) {
            id = first.errand().trigger(task, "").id();
            gate.awaitArrivals(1);
        }
        try (TestErrand second =
                TestErrand.open(clock, settings -> settings.store(url).tasks(task))) {
            Run<Object> run = second.errand().run(id, task);
            assertThat(second.finish(run)).isCompleted().hasOutput(3).hasSteps("charge", "charge");
        }
    }

    @Test
    void aResultThatCannotBeKeptIsNotTriedAgain() throws InterruptedException {
        Run<Object> run = test.finish(trigger(
                1,
                context -> context.step("charge", Json.class, THREE, () -> {
                    calls.incrementAndGet();
                    return new Json("{not json");
                })));
        assertThat(run).hasState(RunState.FAILED).hasFailure(IllegalArgumentException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void whereABodyCannotWaitItIsNotBegun() throws InterruptedException {
        List<String> refused = new CopyOnWriteArrayList<>();
        Run<Object> run = test.finish(trigger(1, context -> {
            context.lock("L").run(() -> refused.add(refusal(context)));
            Thread thread = Thread.ofVirtual().start(() -> refused.add(refusal(context)));
            thread.join();
            return "";
        }));
        assertThat(run).isCompleted();
        assertThat(calls).hasValue(0);
        assertThat(refused.getFirst()).contains("Step 'charge' was not begun", "between its tries", "holds a lock");
        assertThat(refused.getLast()).contains("Step 'charge' was not begun", "only the thread");
    }

    private String refusal(RunContext context) {
        try {
            context.step("charge", Integer.class, THREE, () -> succeedsAt(3));
            return "nothing was refused";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }
}
