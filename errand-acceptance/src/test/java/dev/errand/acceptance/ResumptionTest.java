package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.Timeout;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is not done twice when a body is called again after it waited. */
class ResumptionTest extends Bodies {
    private static final Duration DAY = Duration.ofDays(1);

    private final List<String> said = new CopyOnWriteArrayList<>();

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
        assertThat(String.join(" ", said))
                .isEqualTo("around init start attempt wait cleanup"
                        + " around init resume wait cleanup"
                        + " around init resume success cleanup");
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

    @Test
    void stepsOfHooksDoNotTakeTheNumbersOfTheBodys() throws InterruptedException {
        TaskHooks<Object, Object> hooks = new TaskHooks<>() {
            @Override
            public void onStartAttempt(Object payload, RunContext run) throws Exception {
                said.add(run.step("S", String.class, () -> "of the hook") + run.newId());
            }

            @Override
            public void onWait(Object payload, RunContext run) throws Exception {
                said.add(refusal(() -> run.step("S", () -> {})));
                said.add(refusal(() -> run.sleep("again", DAY)));
            }
        };
        try (TestErrand hooked = TestStore.open(settings -> settings.hooks(hooks))) {
            Task<String, Object> task = task("task", context -> {
                String seen = context.step("S", String.class, () -> "of the body") + context.newId();
                context.sleep("one", DAY);
                said.add(seen);
                return seen;
            });
            hooked.errand().put(task);
            Run<Object> run = hooked.finish(hooked.errand().trigger(task, ""));
            assertThat(run).isCompleted();
            assertThat(said.get(0)).startsWith("of the hook");
            assertThat(said.get(1)).contains("hooks around waits have no steps");
            assertThat(said.get(2)).contains("only the body of a task waits");
            assertThat(said.get(3)).startsWith("of the body");
            assertThat(said).hasSize(4);
        }
    }

    @Test
    void whatIsSaidWhileABodyIsUnwoundDoesNotTakeThePlaceOfWhatFollows() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            context.log().info("before");
            try {
                context.sleep("settlement", DAY);
                context.log().info("after");
                context.metadata().set("state", "captured");
            } finally {
                context.log().info("closing");
                context.metadata().set("state", "closed " + bodies.get());
            }
            return "";
        }));
        assertThat(run.log()).extracting(LogLine::message).containsExactly("before", "closing", "after", "closing");
        assertThat(run.info().metadata()).containsEntry("state", "closed 2");
    }

    @Test
    void aTriggerThatWasRefusedTakesNoPlace() throws InterruptedException {
        Task<String, Object> child = task("child", context -> "");
        test.errand().put(child);
        List<String> triggered = new CopyOnWriteArrayList<>();
        Run<Object> run = test.finish(trigger(context -> {
            assertThatThrownBy(() -> context.trigger("nobody knows it", "", TriggerOptions.none()));
            triggered.add(context.trigger(child, "").id().toString());
            context.sleep("settlement", DAY);
            return "";
        }));
        assertThat(run).isCompleted();
        assertThat(triggered).hasSize(2);
        assertThat(triggered.getFirst()).isEqualTo(triggered.getLast());
        assertThat(test.errand().runs(RunQuery.all().tasks("child")).items()).hasSize(1);
    }

    @Test
    void aBodyWhoseTimeIsOverIsNotCalledAgain() throws InterruptedException {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .timeout(Timeout.ofAttempt(Duration.ofHours(1)))
                .run((payload, run) -> {
                    bodies.incrementAndGet();
                    run.sleep("settlement", Duration.ofMinutes(59));
                    return "done";
                });
        test.errand().put(task);
        Run<Object> run = test.errand().trigger(task, "");
        test.until(run, RunState.WAITING);
        test.clock().advance(Duration.ofMinutes(70));
        test.until(run, RunState.TIMED_OUT);
        assertThat(bodies).hasValue(1);
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
