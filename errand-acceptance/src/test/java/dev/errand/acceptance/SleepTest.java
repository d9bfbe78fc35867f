package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.Timeout;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that wait for a time. */
class SleepTest extends Bodies {
    private static final Duration DAY = Duration.ofDays(1);

    // ── the time

    @Test
    void aRunThatSleepsWaitsAndGoesOnInTime() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            int value = context.step("before", Integer.class, bodies::get);
            context.sleep("settlement", DAY);
            return value + " " + context.attempt() + " " + bodies.get();
        });
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(DAY));
        assertThat(test.errand().why(run.id())).contains("Attempt 1 waits", "'settlement' to end", "no slot");
        assertThat(run.steps()).extracting(Step::state).containsExactly(StepState.COMPLETED, StepState.WAITING);
        assertThat(run.steps().getLast().endedAt()).isEqualTo(SettableClock.START.plus(DAY));
        test.advance(DAY.minusMillis(1));
        assertThat(run).hasState(RunState.WAITING);
        test.advance(Duration.ofMillis(1));
        assertThat(test.finish(run))
                .isCompleted()
                .hasOutput("1 1 2")
                .hasAttempts(1)
                .hasSteps("before", "settlement");
        assertThat(run.steps()).extracting(Step::state).containsOnly(StepState.COMPLETED);
        assertThat(run.info().startedAt()).isEqualTo(SettableClock.START);
    }

    @Test
    void sleepsFollowEachOther() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            for (int i = 0; i < 3; i++) {
                context.sleep("round", DAY);
            }
            context.sleepUntil("end", SettableClock.START.plus(DAY.multipliedBy(5)));
            return test.clock().instant().toString();
        }));
        assertThat(run)
                .isCompleted()
                .hasOutput(SettableClock.START.plus(DAY.multipliedBy(5)).toString());
        assertThat(bodies).hasValue(5);
        assertThat(run.steps()).extracting(Step::occurrence).containsExactly(1, 2, 3, 1);
    }

    @Test
    void noTimeAndATimeThatHasPassedAreNotWaitedFor() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            context.sleep("nothing", Duration.ZERO);
            context.sleepUntil("yesterday", test.clock().instant().minus(DAY));
            return bodies.get();
        }));
        assertThat(run).isCompleted().hasOutput(1).hasSteps();
    }

    @Test
    void anotherAttemptDoesNotSleepAgain() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            context.sleep("settlement", DAY);
            if (context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return test.clock().instant().toString();
        }));
        assertThat(run).isCompleted().hasAttempts(2);
        assertThat(run).hasOutput(SettableClock.START.plus(DAY).plusSeconds(60).toString());
    }

    @Test
    void aSleepOutlivesItsEngine(@TempDir Path folder) throws InterruptedException {
        String url = TestStore.url(folder);
        SettableClock clock = new SettableClock();
        Task<String, Object> task = task("task", context -> {
            context.sleep("settlement", DAY);
            return bodies.get();
        });
        RunId id;
        try (TestErrand first =
                TestErrand.open(clock, settings -> settings.store(url).tasks(task))) {
            Run<Object> run = first.errand().trigger(task, "");
            first.until(run, RunState.WAITING);
            id = run.id();
        }
        clock.advance(DAY);
        try (TestErrand second =
                TestErrand.open(clock, settings -> settings.store(url).tasks(task))) {
            assertThat(second.finish(second.errand().run(id, task)))
                    .isCompleted()
                    .hasOutput(2);
        }
    }

    // ── what it holds meanwhile

    @Test
    void aBodyThatSleepsHoldsNoSlot() throws InterruptedException {
        Run<Object> sleeps = waiting(context -> {
            context.sleep("settlement", DAY);
            return "";
        });
        Task<String, Object> other = task("other", context -> "meanwhile");
        test.errand().put(other);
        assertThat(test.finish(test.errand().trigger(other, ""))).isCompleted();
        assertThat(sleeps).hasState(RunState.WAITING);
    }

    @Test
    void aRunThatSleepsIsCancelledAtOnce() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            context.sleep("settlement", DAY);
            return "";
        });
        run.cancel("enough");
        assertThat(run).hasState(RunState.CANCELED);
        test.advance(DAY);
        assertThat(bodies).hasValue(1);
    }

    @Test
    void sleepDoesNotCountTowardsTheMaximumDuration() throws InterruptedException { // case 158
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .maxDuration(Duration.ofSeconds(5))
                .run((payload, run) -> {
                    run.step("three seconds", () -> test.clock().advance(Duration.ofSeconds(3)));
                    run.sleep("a minute", Duration.ofMinutes(1));
                    test.clock().advance(Duration.ofSeconds(1));
                    return "done";
                });
        test.errand().put(task);
        assertThat(test.finish(test.errand().trigger(task, ""))).isCompleted();
    }

    @Test
    void whatABodyWorksBeforeAndAfterASleepIsCountedTogether() throws InterruptedException {
        Gate gate = new Gate();
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .maxDuration(Duration.ofSeconds(5))
                .run((payload, run) -> {
                    run.step("three seconds", () -> test.clock().advance(Duration.ofSeconds(3)));
                    run.sleep("a minute", Duration.ofMinutes(1));
                    gate.pass();
                    return "done";
                });
        test.errand().put(task);
        Run<Object> run = test.errand().trigger(task, "");
        test.until(run, RunState.WAITING);
        test.clock().advance(Duration.ofMinutes(1));
        gate.awaitArrivals(1);
        test.clock().advance(Duration.ofSeconds(2));
        test.until(run, RunState.TIMED_OUT);
    }

    @Test
    void theTimeoutGoesOnWhileABodySleeps() throws InterruptedException {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .timeout(Timeout.ofAttempt(Duration.ofHours(1)))
                .run((payload, run) -> {
                    run.sleep("settlement", DAY);
                    return "done";
                });
        test.errand().put(task);
        Run<Object> run = test.errand().trigger(task, "");
        test.until(run, RunState.WAITING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(Duration.ofHours(1)));
        test.advance(Duration.ofHours(1));
        test.until(run, RunState.TIMED_OUT);
    }

    // ── where it cannot be

    @Test
    void aBodyCannotSleepInAStepOrWithALockOrElsewhere() throws InterruptedException {
        List<String> refused = new ArrayList<>();
        Run<Object> run = test.finish(trigger(context -> {
            refused.add(refusal(() -> context.step("S", () -> context.sleep("a", DAY))));
            context.lock("L").run(() -> refused.add(refusal(() -> context.sleep("b", DAY))));
            Thread thread = Thread.ofVirtual().start(() -> refused.add(refusal(() -> context.sleep("c", DAY))));
            thread.join();
            refused.add(refusal(() -> context.sleep("d", Duration.ofSeconds(-1))));
            refused.add(refusal(() -> context.sleep("", DAY)));
            refused.add(refusal(() -> context.sleepUntil("e", Instant.MAX)));
            return "";
        }));
        assertThat(run).isCompleted();
        assertThat(refused.get(0)).contains("Sleep 'a' was not begun", "inside step 'S'");
        assertThat(refused.get(1)).contains("Sleep 'b' was not begun", "holds a lock");
        assertThat(refused.get(2)).contains("Sleep 'c' was not begun", "only the thread");
        assertThat(refused.get(3)).contains("sleep 'd' lasts from 0 to 36500 days");
        assertThat(refused.get(4)).contains("1 to 256 characters");
        assertThat(refused.get(5)).contains("sleep 'e' lasts at most 36500 days");
    }

    private interface Code {
        void run() throws Exception;
    }

    private static String refusal(Code code) {
        try {
            code.run();
            return "nothing was refused";
        } catch (IllegalStateException | IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        } catch (Exception e) {
            return e.toString();
        }
    }
}
