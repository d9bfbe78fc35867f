package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.LoopAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepOptions;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.Token;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Bodies that do something again and again. */
class LoopTest extends Bodies {
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    private final List<String> done = new CopyOnWriteArrayList<>();

    private static LoopAnswer<String> until(int last, int iteration) {
        return iteration < last ? LoopAnswer.again() : LoopAnswer.done("after " + iteration);
    }

    // ── where it goes on

    @Test
    void anAttemptGoesOnWithTheIterationThatFailed() throws InterruptedException { // case 106
        Run<Object> run = finish(context -> context.loop("round", iteration -> {
            done.add("begin " + iteration);
            context.step("work", () -> done.add("work " + iteration));
            if (iteration == 3 && context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return until(4, iteration);
        }));
        assertThat(run).isCompleted().hasAttempts(2).hasOutput("after 4");
        assertThat(done)
                .containsExactly(
                        "begin 0", "work 0", "begin 1", "work 1", "begin 2", "work 2", "begin 3", "work 3", "begin 3",
                        "begin 4", "work 4");
    }

    @Test
    void theLastIterationIsMadeAgainIfTheAttemptFailsAfterTheLoop() throws InterruptedException {
        Run<Object> run = finish(context -> {
            String last = context.loop("round", iteration -> {
                done.add("begin " + iteration);
                context.step("work", () -> done.add("work " + iteration));
                return until(2, iteration);
            });
            if (context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return last;
        });
        assertThat(run).isCompleted().hasAttempts(2).hasOutput("after 2");
        assertThat(done).containsExactly("begin 0", "work 0", "begin 1", "work 1", "begin 2", "work 2", "begin 2");
    }

    @Test
    void aSecondLoopEndsTheRun() throws InterruptedException { // case 107
        Run<Object> run = finish(context -> {
            context.loop("first", iteration -> LoopAnswer.done());
            return context.loop("second", iteration -> LoopAnswer.done("never"));
        });
        assertThat(run).hasState(RunState.FAILED).hasAttempts(1);
        assertThat(run.info().failure().kind()).isEqualTo(FailureKind.DECLARED);
        assertThat(run.info().failure().message()).contains("Loop 'second'", "a run has one loop");
        assertThat(finish(context -> context.loop("outer", outer -> {
                    context.loop("inner", inner -> LoopAnswer.done());
                    return until(1, outer);
                })))
                .hasState(RunState.FAILED)
                .hasAttempts(1);
        assertThat(finish(context -> {
                    context.loop("same", iteration -> LoopAnswer.done());
                    return context.loop("same", iteration -> LoopAnswer.done("never"));
                }))
                .hasState(RunState.FAILED)
                .hasAttempts(1);
    }

    // ── between iterations

    @Test
    void betweenIterationsARunWaitsAndSaysForWhich() throws InterruptedException { // case 108
        Run<Object> run = trigger(context -> context.loop("round", FIVE_SECONDS, iteration -> {
            done.add(context.step("work", String.class, () -> "work " + iteration));
            return until(3, iteration);
        }));
        test.until(run, RunState.WAITING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(FIVE_SECONDS));
        assertThat(loop(run).iterations()).isEqualTo(1);
        test.advance(FIVE_SECONDS);
        assertThat(run).hasState(RunState.WAITING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plusSeconds(10));
        assertThat(loop(run).iterations()).isEqualTo(2);
        assertThat(loop(run).state()).isEqualTo(StepState.WAITING);
        assertThat(loop(run).endedAt()).isEqualTo(SettableClock.START.plusSeconds(10));
        assertThat(test.errand().why(run.id()))
                .contains("Attempt 1 waits for the next iteration of 'round', of which 2 have finished", "no slot")
                .contains(SettableClock.START.plusSeconds(10).toString());
        assertThat(test.finish(run)).isCompleted().hasOutput("after 3").hasAttempts(1);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plusSeconds(15));
        assertThat(bodies).hasValue(4);
        assertThat(done).containsExactly("work 0", "work 1", "work 2", "work 3");
        assertThat(loop(run).state()).isEqualTo(StepState.COMPLETED);
        assertThat(loop(run).iterations()).isEqualTo(4);
    }

    private static Step loop(Run<?> run) {
        return run.steps().stream()
                .filter(step -> step.iterations() != null)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void hooksHearOfEachWaitBetweenIterations() throws InterruptedException {
        TaskHooks<Object, Object> hooks = new TaskHooks<>() {
            @Override
            public void onWait(Object payload, RunContext run) {
                done.add("wait");
            }

            @Override
            public void onResume(Object payload, RunContext run) {
                done.add("resume");
            }
        };
        try (TestErrand hooked = TestStore.open(settings -> settings.hooks(hooks))) {
            Task<String, Object> task = task(
                    "task",
                    context -> context.loop("round", FIVE_SECONDS, iteration -> {
                        done.add("iteration " + iteration);
                        return until(1, iteration);
                    }));
            hooked.errand().put(task);
            assertThat(hooked.finish(hooked.errand().trigger(task, ""))).isCompleted();
        }
        assertThat(done).containsExactly("iteration 0", "wait", "resume", "iteration 1");
    }

    @Test
    void whatIterationsSaidIsSaidOnce() throws InterruptedException {
        Task<String, Object> child = task("child", context -> "");
        test.errand().put(child);
        Run<Object> run = finish(context -> {
            say(context, "before", child);
            String last = context.loop("round", FIVE_SECONDS, iteration -> {
                say(context, "begin " + iteration, child);
                if (iteration == 1) {
                    context.sleep("nap", FIVE_SECONDS);
                }
                say(context, "end " + iteration, child);
                return until(2, iteration);
            });
            context.sleep("settlement", FIVE_SECONDS);
            say(context, "after", child);
            return last;
        });
        test.runUntilIdle();
        List<String> all = List.of("before", "begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2", "after");
        assertThat(run).isCompleted().hasOutput("after 2");
        assertThat(run.log()).extracting(LogLine::message).containsExactlyElementsOf(all);
        assertThat(run.emitted())
                .containsExactlyElementsOf(
                        all.stream().map(each -> new Json('"' + each + '"')).toList());
        assertThat(run.info().metadata()).containsEntry("count", 8L);
        assertThat(test.errand().runs(RunQuery.all().tasks("child")).items()).hasSize(8);
    }

    private static void say(RunContext context, String what, Task<String, Object> child) {
        context.log().info(what);
        context.emit(what);
        context.metadata().increment("count", 1);
        context.trigger(child, what);
    }

    @Test
    void whatIterationsEmitCountsTogether() throws InterruptedException {
        try (TestErrand small = TestStore.open(settings -> settings.maxOutput(100))) {
            Run<Object> fits = small.finish(small.errand().trigger(emitting(small, 6), ""));
            assertThat(fits).as("7 items of 12 bytes, and 9").isCompleted().hasOutput("after 6");
            assertThat(fits.emitted()).hasSize(7);
            Run<Object> run = small.errand()
                    .trigger(emitting(small, 8), "", TriggerOptions.none().attempts(1));
            assertThat(small.finish(run)).as("9 items of 12 bytes").hasState(RunState.FAILED);
            assertThat(run.info().failure().message()).contains("at most 100 are kept");
        }
    }

    private Task<String, Object> emitting(TestErrand small, int last) {
        Task<String, Object> task = task(
                "task",
                context -> context.loop("round", FIVE_SECONDS, iteration -> {
                    context.emit("ten bytes!");
                    return until(last, iteration);
                }));
        small.errand().put(task);
        return task;
    }

    // ── what belongs to an iteration

    @Test
    void aStepIsCalledByEachIterationUnlessItIsOneOfTheRun() throws InterruptedException { // case 110
        StepOptions once = StepOptions.none().oncePerRun();
        Run<Object> run = finish(context -> context.loop("round", FIVE_SECONDS, iteration -> {
            context.step("default", () -> done.add("default"));
            context.step("keyed", StepOptions.none().key("K"), () -> done.add("keyed"));
            int first = context.step("once", Integer.class, once, () -> {
                done.add("once");
                return iteration;
            });
            context.step("once keyed", once.key("K"), () -> done.add("once keyed"));
            context.step("always", StepOptions.none().always(), () -> done.add("always"));
            assertThat(first).isZero();
            return until(2, iteration);
        }));
        assertThat(run).isCompleted();
        assertThat(done.stream().filter("default"::equals)).hasSize(3);
        assertThat(done.stream().filter("keyed"::equals)).hasSize(3);
        assertThat(done.stream().filter("once"::equals)).hasSize(1);
        assertThat(done.stream().filter("once keyed"::equals)).hasSize(1);
        assertThat(done.stream().filter("always"::equals)).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aStepOfTheRunIsTheSameForLaterAttempts() throws InterruptedException {
        Run<Object> run = finish(context -> context.loop("round", iteration -> {
            context.step("once", StepOptions.none().oncePerRun(), () -> done.add("once " + iteration));
            if (iteration == 2 && context.attempt() < 3) {
                throw new IllegalStateException("on purpose");
            }
            return until(3, iteration);
        }));
        assertThat(run).isCompleted().hasAttempts(3);
        assertThat(done).containsExactly("once 0");
    }

    @Test
    void timesIdsAndRandomNumbersAreOthersInEachIteration() throws InterruptedException {
        Run<Object> run = finish(context -> {
            done.add("" + context.newId());
            context.loop("round", FIVE_SECONDS, iteration -> {
                String ids = context.newId() + " " + context.newId() + " "
                        + context.random().nextLong();
                done.add(ids);
                if (iteration == 1) {
                    context.sleep("nap", FIVE_SECONDS);
                    done.add(ids);
                }
                context.now();
                return until(2, iteration);
            });
            done.add("last " + context.newId());
            return "";
        });
        assertThat(run).isCompleted();
        List<String> first =
                done.stream().filter(each -> done.indexOf(each) == 0).toList();
        assertThat(first).as("the same whenever the body is called").hasSize(4);
        assertThat(new HashSet<>(done)).hasSize(5);
        assertThat(done.getLast()).isNotEqualTo("last " + first.getFirst());
    }

    @Test
    void anIterationWaitsForWhatItLikes() throws InterruptedException {
        Task<String, Object> child = task("child", context -> context.step("S", String.class, () -> "child"));
        test.errand().put(child);
        Run<Object> run = finish(context -> context.loop("round", FIVE_SECONDS, iteration -> {
            context.sleep("nap", FIVE_SECONDS);
            done.add(iteration + " " + context.invoke(child, "" + iteration));
            Token<String> token = context.token("approval", String.class, FIVE_SECONDS);
            done.add(iteration + " " + context.await(token).ok());
            String tried = context.step(
                    "tried",
                    String.class,
                    StepOptions.none().retry(Retry.fixed(FIVE_SECONDS).attempts(3)),
                    () -> {
                        done.add(iteration + " try");
                        if (done.stream().filter((iteration + " try")::equals).count() < 2) {
                            throw new IllegalStateException("on purpose");
                        }
                        return "done";
                    });
            return iteration < 1 ? LoopAnswer.again() : LoopAnswer.done(tried);
        }));
        assertThat(run).isCompleted().hasOutput("done").hasAttempts(1);
        assertThat(new HashSet<>(done))
                .containsExactlyInAnyOrder("0 child", "0 false", "0 try", "1 child", "1 false", "1 try");
        assertThat(done.stream().filter(each -> each.endsWith("try"))).hasSize(4);
        assertThat(test.errand().runs(RunQuery.all().tasks("child")).items()).hasSize(2);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plusSeconds(35));
        assertThat(run.steps().stream().map(Step::within).filter(Objects::nonNull))
                .isNotEmpty()
                .containsOnly("round[1]");
    }

    @Test
    void aTokenFromOutsideOfTheLoopIsAwaitedByEachIteration() throws InterruptedException {
        Run<Object> run = finish(context -> {
            Token<String> token = context.token("approval", String.class, FIVE_SECONDS);
            return context.loop("round", FIVE_SECONDS, iteration -> {
                done.add(iteration + " " + context.await(token).ok());
                return until(2, iteration);
            });
        });
        assertThat(run).isCompleted();
        assertThat(done).containsExactly("0 false", "1 false", "2 false");
    }

    @Test
    void aBodyThatSwallowsTheWaitDoesNotEndItsIteration() throws InterruptedException {
        Run<Object> run = finish(context -> context.loop("round", iteration -> {
            try {
                context.sleep("nap", FIVE_SECONDS);
                done.add("slept " + iteration);
            } catch (Throwable e) {
                done.add("caught " + iteration);
            }
            return until(1, iteration);
        }));
        assertThat(run).isCompleted().hasOutput("after 1");
        assertThat(done).containsExactly("caught 0", "slept 0", "caught 1", "slept 1");
    }

    @Test
    void aLoopNeedsAnIntervalThatMakesSense() throws InterruptedException {
        Run<Object> run = finish(context -> {
            try {
                return context.loop("round", Duration.ofSeconds(-1), iteration -> LoopAnswer.done(""));
            } catch (IllegalArgumentException e) {
                return e.getMessage();
            }
        });
        assertThat(run).isCompleted();
        assertThat(String.valueOf(run.info().output())).contains("0 to 36500 days");
    }
}
