package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.LoopAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Marks in code that changes while runs of it are on their way. */
class ChangedTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final AtomicReference<Body> code = new AtomicReference<>(run -> null);
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private final Task<String, Object> task = Task.named("task", String.class, Object.class)
            .retry(Retry.fixed(HOUR).attempts(9))
            .run((payload, run) -> code.get().run(run));

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.tasks(task));

    private void step(RunContext run, String name) throws InterruptedException {
        run.step(name, () -> {
            calls.add(name);
        });
    }

    private static void fail() {
        throw new IllegalStateException("on purpose");
    }

    /** Has an attempt made with this code, in which it fails or waits. */
    private Run<Object> begun(Body first) throws InterruptedException {
        code.set(first);
        Run<Object> run = test.errand().trigger(task, "");
        test.runUntilIdle();
        assertThat(run.state()).isIn(RunState.RETRYING, RunState.WAITING);
        return run;
    }

    private Run<Object> fresh(Body body) throws InterruptedException {
        code.set(body);
        return test.finish(test.errand().trigger(task, ""));
    }

    private Run<Object> goesOn(Run<Object> run, Body next) throws InterruptedException {
        code.set(next);
        return test.finish(run);
    }

    // ── which way

    @Test
    void aRunThatBeginsWithTheMarkGoesTheNewWay() throws InterruptedException {
        Run<Object> run = fresh(context -> {
            step(context, "a");
            return context.changed("new");
        });
        assertThat(run).isCompleted().hasOutput(true).hasSteps("a", "run.changed:new");
    }

    @Test
    void aRunThatHasPassedThePlaceGoesOnTheOldWay() throws InterruptedException {
        Run<Object> run = begun(context -> {
            step(context, "a");
            step(context, "b");
            fail();
            return null;
        });
        assertThat(goesOn(run, context -> {
                    step(context, "a");
                    boolean changed = context.changed("new");
                    step(context, "b");
                    return changed;
                }))
                .isCompleted()
                .hasOutput(false);
        assertThat(calls).containsExactly("a", "b");
    }

    @Test
    void oneThatHasNotComeThatFarGoesTheNewWay() throws InterruptedException {
        Run<Object> run = begun(context -> {
            step(context, "a");
            fail();
            return null;
        });
        assertThat(goesOn(run, context -> {
                    step(context, "a");
                    return context.changed("new");
                }))
                .isCompleted()
                .hasOutput(true);
    }

    @Test
    void oneThatWaitsBehindThePlaceHasPassedItAndOneBeforeHasNot() throws InterruptedException {
        Body old = context -> {
            context.sleep("pause", HOUR);
            return null;
        };
        assertThat(goesOn(begun(old), context -> {
                    boolean changed = context.changed("before");
                    context.sleep("pause", HOUR);
                    return changed;
                }))
                .hasOutput(false);
        assertThat(goesOn(begun(old), context -> {
                    context.sleep("pause", HOUR);
                    return context.changed("after");
                }))
                .hasOutput(true);
    }

    // ── for good

    @Test
    void anAnswerIsTheSameInAllAttempts() throws InterruptedException {
        Run<Object> run = begun(context -> {
            assertThat(context.changed("new")).isTrue();
            step(context, "a");
            fail();
            return null;
        });
        assertThat(goesOn(run, context -> {
                    boolean changed = context.changed("new"); // though there is something behind it by now
                    boolean again = context.changed("new");
                    step(context, "a");
                    return changed && again && context.changed("new");
                }))
                .isCompleted()
                .hasOutput(true);
    }

    @Test
    void theOldWayStaysTheWayThoughCodeChangesAgain() throws InterruptedException {
        Run<Object> run = begun(context -> {
            step(context, "a");
            context.sleep("pause", HOUR);
            return null;
        });
        code.set(context -> {
            assertThat(context.changed("new")).isFalse();
            step(context, "a");
            context.sleep("pause", HOUR);
            context.sleep("pause", HOUR);
            return null;
        });
        test.advance(HOUR);
        assertThat(run).hasState(RunState.WAITING);
        assertThat(goesOn(run, context -> {
                    step(context, "a");
                    context.sleep("pause", HOUR);
                    context.sleep("pause", HOUR);
                    return context.changed("new"); // nothing is behind it here
                }))
                .isCompleted()
                .hasOutput(false);
    }

    @Test
    void marksDoNotCountThemselvesAndEachHasItsOwnAnswer() throws InterruptedException {
        Run<Object> run = begun(context -> {
            step(context, "a");
            context.changed("first");
            fail();
            return null;
        });
        assertThat(goesOn(run, context -> {
                    step(context, "a");
                    boolean second = context.changed("second"); // in front of one that was reached before
                    return second && context.changed("first");
                }))
                .isCompleted()
                .hasOutput(true);
    }

    @Test
    void whatWasRemovedFromTheCodeIsTakenToBeBehindTheMark() throws InterruptedException {
        Run<Object> run = begun(context -> {
            step(context, "gone");
            fail();
            return null;
        });
        assertThat(goesOn(run, context -> context.changed("new"))).isCompleted().hasOutput(false);
    }

    // ── of what is kept

    @Test
    void triesOfAStepCountAsTheStep() throws InterruptedException {
        StepOptions patient = StepOptions.none().retry(Retry.fixed(HOUR).attempts(3));
        Body old = context -> {
            step(context, "a");
            context.step("busy", patient, () -> {
                if (calls.size() < 3) {
                    calls.add("busy");
                    fail();
                }
            });
            return null;
        };
        Run<Object> run = begun(old);
        assertThat(goesOn(run, context -> {
                    step(context, "a");
                    boolean before = context.changed("before");
                    context.step("busy", patient, () -> {});
                    return List.of(before, context.changed("after"));
                }))
                .isCompleted()
                .hasOutput(List.of(false, true));
    }

    /** What it has called it does not call again once it is done. */
    private Branch<String> done(RunContext run) {
        return Branch.of("done", String.class, () -> {
            step(run, "called by one that is done");
            return "done";
        });
    }

    @Test
    void whatBranchesHaveDoneCountsAsBehindUntilTheyAreCalled() throws InterruptedException {
        Run<Object> run = begun(context -> {
            context.parallel("both", done(context), Branch.of("waits", String.class, () -> {
                step(context, "in");
                context.sleep("pause", HOUR);
                return "";
            }));
            return null;
        });
        assertThat(goesOn(run, context -> {
                    boolean before = context.changed("before");
                    List<Object> within = new CopyOnWriteArrayList<>();
                    context.parallel("both", done(context), Branch.of("waits", String.class, () -> {
                        within.add(context.changed("first"));
                        step(context, "in");
                        within.add(context.changed("second"));
                        context.sleep("pause", HOUR);
                        within.add(context.changed("third"));
                        return "";
                    }));
                    return List.of(before, within, context.changed("after"));
                }))
                .isCompleted()
                .hasOutput(List.of(false, List.of(false, false, true), true));
    }

    @Test
    void iterationsThatBeginWithTheNewCodeGoTheNewWay() throws InterruptedException {
        Run<Object> run = begun(context -> context.loop("round", HOUR, iteration -> {
            step(context, "work");
            if (iteration == 1) {
                fail();
            }
            return LoopAnswer.again();
        }));
        test.advance(HOUR);
        assertThat(run).hasState(RunState.RETRYING);
        List<Boolean> marks = new CopyOnWriteArrayList<>();
        assertThat(goesOn(run, context -> {
                    boolean before = context.changed("before");
                    context.loop("round", HOUR, iteration -> {
                        marks.add(context.changed("in it"));
                        step(context, "work");
                        return iteration < 3 ? LoopAnswer.again() : LoopAnswer.done();
                    });
                    return List.of(before, context.changed("after"));
                }))
                .isCompleted()
                .hasOutput(List.of(false, true));
        assertThat(marks).containsExactly(false, true, true);
    }

    @Test
    void aStepOncePerRunIsTheLoops() throws InterruptedException {
        Run<Object> run = begun(context -> context.loop("round", iteration -> {
            context.step("once", StepOptions.none().oncePerRun(), () -> {});
            fail();
            return LoopAnswer.done();
        }));
        assertThat(goesOn(run, context -> {
                    boolean before = context.changed("before");
                    context.loop("round", iteration -> LoopAnswer.done());
                    return List.of(before, context.changed("after"));
                }))
                .isCompleted()
                .hasOutput(List.of(false, true));
    }

    // ── where it is not for

    @Test
    void itIsRefusedWhereNobodyComesAgain() throws InterruptedException {
        AtomicReference<Object> refused = new AtomicReference<>();
        Task<String, Object> hooked = Task.named("hooked", String.class, Object.class)
                .retry(Retry.none())
                .hooks(new TaskHooks<String, Object>() {
                    @Override
                    public void onStart(String payload, RunContext run) throws InterruptedException {
                        try {
                            run.changed("new");
                        } catch (IllegalStateException e) {
                            refused.set(e.getMessage());
                        }
                    }
                })
                .run((payload, run) -> run.step("outer", Object.class, () -> run.changed("inner")));
        test.errand().put(hooked);
        Run<Object> run = test.finish(test.errand().trigger(hooked, ""));
        assertThat(refused.get()).asString().contains("Mark 'new'", "into the body");
        assertThat(run.info().failure().message()).contains("inner", "outer");
        Run<Object> nameless = fresh(context -> context.changed(" "));
        assertThat(nameless.info().failure().message()).contains("1 to 200 characters");
    }

    @Test
    void marksAreSeenFromOutside() throws InterruptedException {
        Run<Object> run = fresh(context -> context.changed("new"));
        Step mark = run.steps().getFirst();
        assertThat(mark.name()).isEqualTo("run.changed:new");
        assertThat(mark.result().text()).isEqualTo("true");
    }
}
