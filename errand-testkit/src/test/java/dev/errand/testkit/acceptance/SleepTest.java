package dev.errand.testkit.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.Timeout;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that wait for a time. */
class SleepTest {
    private static final Duration DAY = Duration.ofDays(1);

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final AtomicInteger bodies = new AtomicInteger();
    private final List<String> said = new CopyOnWriteArrayList<>();

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.concurrency(1));

    private Task<String, Object> task(String name, Body body) {
        return Task.named(name, String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(3))
                .run((payload, run) -> {
                    bodies.incrementAndGet();
                    return body.run(run);
                });
    }

    private Run<Object> trigger(Body body) {
        Task<String, Object> task = task("task", body);
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    private Run<Object> waiting(Body body) throws InterruptedException {
        Run<Object> run = trigger(body);
        test.until(run, RunState.WAITING);
        return run;
    }

    // ── the time

    @Test
    void aRunThatSleepsWaitsAndGoesOnInTime() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            int value = context.step("before", Integer.class, bodies::get);
            context.sleep("settlement", DAY);
            return value + " " + context.attempt() + " " + bodies.get();
        });
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(DAY));
        assertThat(test.errand().why(run.id())).contains("Attempt 1 waits", "sleep 'settlement'", "no slot");
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

    // ── what it said before

    @Test
    void whatABodySaidBeforeItSleptIsNotSaidAgain() throws InterruptedException {
        BlockingQueue<String> raised = new LinkedBlockingQueue<>();
        for (String name : List.of("first", "second")) {
            test.errand().on(EventFilter.named(name), event -> raised.add(event.name()));
        }
        Task<String, Object> child = task("child", context -> "");
        test.errand().put(child);
        List<String> triggered = new CopyOnWriteArrayList<>();
        Run<Object> run = test.finish(trigger(context -> {
            context.log().info("before");
            context.emit("item 1");
            context.raise("first", null);
            context.metadata().increment("count", 1);
            context.progress(1, 2);
            triggered.add(context.trigger(child, "").id().toString());
            context.sleep("settlement", DAY);
            context.log().info("after");
            context.emit("item 2");
            context.raise("second", null);
            context.metadata().increment("count", 1);
            context.progress(2, 2);
            triggered.add(context.trigger(child, "").id().toString());
            return "";
        }));
        test.runUntilIdle();
        assertThat(run).isCompleted();
        assertThat(run.log()).extracting(LogLine::message).containsExactly("before", "after");
        assertThat(run.emitted()).containsExactly(new Json("\"item 1\""), new Json("\"item 2\""));
        assertThat(run.info().metadata()).containsEntry("count", 2L);
        assertThat(triggered.get(1)).as("called again").isEqualTo(triggered.get(0));
        assertThat(triggered.get(2)).isNotEqualTo(triggered.get(0));
        assertThat(test.errand().runs(RunQuery.all().tasks("child")).items()).hasSize(2);
        assertThat(List.of(raised.take(), raised.take())).containsExactly("first", "second");
        assertThat(raised).isEmpty();
    }

    @Test
    void whatAStepSaidDoesNotTakeThePlaceOfWhatFollows() throws InterruptedException {
        Task<String, Object> child = task("child", context -> "");
        test.errand().put(child);
        Run<Object> run = test.finish(trigger(context -> {
            context.step("S", () -> {
                context.log().info("in the step");
                context.emit("of the step");
                context.metadata().increment("count", 1);
                context.trigger(child, "");
            });
            context.sleep("settlement", DAY);
            context.log().info("after");
            context.emit("after");
            context.metadata().increment("count", 1);
            context.trigger(child, "");
            return "";
        }));
        assertThat(run).isCompleted();
        assertThat(run.log()).extracting(LogLine::message).containsExactly("in the step", "after");
        assertThat(run.emitted()).containsExactly(new Json("\"of the step\""), new Json("\"after\""));
        assertThat(run.info().metadata()).containsEntry("count", 2L);
        test.runUntilIdle();
        assertThat(test.errand().runs(RunQuery.all().tasks("child")).items()).hasSize(2);
    }

    // ── hooks

    @Test
    void hooksHearOfTheSleep() throws InterruptedException {
        TaskHooks<Object, Object> hooks = new TaskHooks<>() {
            @Override
            public void middleware(Object payload, RunContext run, Next next) {
                said.add("around");
                next.proceed();
            }

            @Override
            public @Nullable Object init(Object payload, RunContext run) {
                said.add("init");
                return null;
            }

            @Override
            public void onStart(Object payload, RunContext run) {
                said.add("start");
            }

            @Override
            public void onStartAttempt(Object payload, RunContext run) {
                said.add("attempt");
            }

            @Override
            public void onWait(Object payload, RunContext run) {
                said.add("wait");
            }

            @Override
            public void onResume(Object payload, RunContext run) {
                said.add("resume");
            }

            @Override
            public void onSuccess(Object payload, Object output, RunContext run) {
                said.add("success");
            }

            @Override
            public void cleanup(Object payload, RunContext run) {
                said.add("cleanup");
            }
        };
        try (TestErrand hooked = TestStore.open(settings -> settings.hooks(hooks))) {
            Task<String, Object> task = task("task", context -> {
                context.sleep("one", DAY);
                context.sleep("two", DAY);
                return "";
            });
            hooked.errand().put(task);
            hooked.finish(hooked.errand().trigger(task, ""));
        }
        assertThat(said)
                .containsExactly(
                        "around", "init", "start", "attempt", "wait", "around", "init", "resume", "wait", "around",
                        "init", "resume", "success", "cleanup");
    }

    @Test
    void whatHooksSaidDoesNotTakeThePlaceOfWhatTheBodySays() throws InterruptedException {
        TaskHooks<Object, Object> hooks = new TaskHooks<>() {
            @Override
            public @Nullable Object init(Object payload, RunContext run) {
                run.log().info("init");
                return null;
            }

            @Override
            public void onStartAttempt(Object payload, RunContext run) {
                run.log().info("attempt");
            }

            @Override
            public void onWait(Object payload, RunContext run) {
                run.log().info("wait");
            }

            @Override
            public void onResume(Object payload, RunContext run) {
                run.log().info("resume");
            }
        };
        try (TestErrand hooked = TestStore.open(settings -> settings.hooks(hooks))) {
            Task<String, Object> task = task("task", context -> {
                context.log().info("before");
                context.sleep("one", DAY);
                context.log().info("between");
                context.sleep("two", DAY);
                context.log().info("after");
                return "";
            });
            hooked.errand().put(task);
            Run<Object> run = hooked.finish(hooked.errand().trigger(task, ""));
            assertThat(run.log())
                    .extracting(LogLine::message)
                    .containsExactly(
                            "init", "attempt", "before", "wait", "resume", "between", "wait", "resume", "after");
        }
    }

    @Test
    void aHookThatRefusesToWaitFailsTheAttempt() throws InterruptedException {
        TaskHooks<Object, Object> hooks = new TaskHooks<>() {
            @Override
            public void onWait(Object payload, RunContext run) {
                throw new IllegalArgumentException("not now");
            }
        };
        try (TestErrand hooked = TestStore.open(settings -> settings.hooks(hooks))) {
            Task<String, Object> task = task("task", context -> {
                context.sleep("one", DAY);
                return "";
            });
            hooked.errand().put(task);
            Run<Object> run = hooked.finish(hooked.errand().trigger(task, ""));
            assertThat(run).hasState(RunState.FAILED).hasAttempts(3);
            assertThat(run.info().failure().message()).isEqualTo("not now");
        }
    }

    // ── how a body is unwound

    @Test
    void finallyBlocksAreExecutedEachTime() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            try {
                context.sleep("settlement", DAY);
                return "";
            } finally {
                said.add("finally");
            }
        }));
        assertThat(run).isCompleted();
        assertThat(said).containsExactly("finally", "finally");
    }

    @Test
    void aBodyThatCatchesEverythingSleepsAllTheSame() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            try {
                context.sleep("settlement", DAY);
            } catch (Throwable e) {
                said.add("caught");
            }
            if (bodies.get() == 1) {
                assertThatThrownBy(() -> context.step("S", () -> said.add("stepped")))
                        .hasMessageContaining("waits until");
                assertThatThrownBy(() -> context.emit("x")).hasMessageContaining("waits until");
            }
            return bodies.get();
        });
        assertThat(run.info().output()).isNull();
        assertThat(test.finish(run)).isCompleted().hasOutput(2);
        assertThat(said).containsExactly("caught");
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
