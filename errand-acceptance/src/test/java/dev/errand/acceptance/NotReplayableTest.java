package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.EffectValidation;
import dev.errand.FailureKind;
import dev.errand.LogLine;
import dev.errand.LoopAnswer;
import dev.errand.NotReplayableException;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies that are executed twice and do something else the second time. */
class NotReplayableTest extends Validated {
    private static final String END = "the end";

    private void differs(String call, String first, String second, Body body) throws InterruptedException {
        Run<Object> run = finish(body);
        assertThat(run).hasState(RunState.FAILED).hasAttempts(1).hasFailure(FailureKind.DECLARED);
        assertThat(run)
                .hasFailure(NotReplayableException.class)
                .hasFailureMessage("The body of task 'task' cannot be replayed")
                .hasFailureMessage(
                        call + ", was " + first + " in the first execution, and " + second + " in the second.");
    }

    // ── calls

    @Test
    void aStepOfAnotherNameIsNamed() throws InterruptedException {
        differs("Call 2", "step 'charge'", "step 'refund'", context -> {
            context.step("look", () -> {});
            context.step(isFirst() ? "charge" : "refund", this::called);
            context.step("ship", this::called);
            return "";
        });
        assertThat(calls).as("nothing is done the second time").hasValue(2);
    }

    @Test
    void aStepWithAnotherKeyIsNamed() throws InterruptedException {
        differs("Call 1", "step 'pack' with key 'a'", "step 'pack' with key 'b'", context -> {
            context.step("pack", StepOptions.none().key(isFirst() ? "a" : "b"), this::called);
            return "";
        });
    }

    @Test
    void anotherOrderIsNamed() throws InterruptedException {
        differs("Call 1", "step 'a'", "step 'b'", context -> {
            for (String name : isFirst() ? List.of("a", "b", "c") : List.of("b", "a", "c")) {
                context.step(name, this::called);
            }
            return "";
        });
        assertThat(calls).hasValue(3);
    }

    @Test
    void aTriggerOfAnotherTaskIsNamed() throws InterruptedException {
        test.errand().put(Task.named("stranger", String.class, String.class).run((payload, run) -> payload));
        differs("Call 1", "a trigger of task 'child'", "a trigger of task 'stranger'", context -> {
            context.trigger(isFirst() ? "child" : "stranger", "x", TriggerOptions.none());
            return "";
        });
        assertThat(children()).isOne();
    }

    @Test
    void theKeyOfATransactionIsNamed() throws InterruptedException {
        differs("Call 1", "transaction 'book' with key 'a'", "transaction 'book' with key 'b'", context -> {
            StepOptions key = StepOptions.none().key(isFirst() ? "a" : "b");
            return context.transaction("book", String.class, key, tx -> called());
        });
        assertThat(calls).hasValue(1);
    }

    @Test
    void anotherPayloadIsToldButNotShown() throws InterruptedException {
        differs("Call 1", "a trigger of task 'child'", "the same with another payload", context -> {
            context.trigger(child, "secret " + executions.get());
            return "";
        });
        assertThat(children()).isOne();
    }

    @Test
    void oneCallMoreIsNamed() throws InterruptedException {
        differs("Call 2", END, "event 'late'", context -> {
            context.emit("item");
            if (!isFirst()) {
                context.raise("late", null);
            }
            return "";
        });
    }

    @Test
    void oneCallLessIsNamed() throws InterruptedException {
        differs("Call 1", "an emitted item", END, context -> {
            if (isFirst()) {
                context.emit("item");
            }
            return "";
        });
    }

    @Test
    void anErrorOfTheSecondExecutionIsNamed() throws InterruptedException {
        String error = "an error (java.lang.IllegalStateException: there is one already)";
        differs("Call 1", END, error, context -> {
            if (!isFirst()) {
                throw new IllegalStateException("there is one already");
            }
            return "";
        });
    }

    @Test
    void whatFollowsTheDifferenceIsNotDoneEvenIfTheBodyCatchesEverything() throws InterruptedException {
        differs("Call 1", "step 'a'", "step 'b'", context -> {
            for (String name : isFirst() ? List.of("a") : List.of("b", "c")) {
                try {
                    context.step(name, this::called);
                } catch (Throwable e) {
                    seen.add(name);
                }
            }
            return "";
        });
        assertThat(calls).hasValue(1);
        assertThat(seen).containsExactly("b", "c");
    }

    // ── waits and parts

    @Test
    void aBodyThatWaitsFailsInsteadOfWaiting() throws InterruptedException {
        differs("Call 1", "sleep 'night'", "sleep 'day'", context -> {
            context.sleep(isFirst() ? "night" : "day", DAY);
            return "";
        });
        assertThat(executions).hasValue(2);
    }

    @Test
    void aBodyThatWaitsTheFirstTimeAloneFails() throws InterruptedException {
        differs("Call 2", "sleep 'night'", END, context -> {
            context.step("work", this::called);
            if (isFirst()) {
                context.sleep("night", DAY);
            }
            return "";
        });
    }

    @Test
    void hooksHearOfABodyThatFailsInsteadOfWaiting() throws InterruptedException {
        TaskHooks<Object, Object> hooks = new TaskHooks<>() {
            @Override
            public void onFailure(Object payload, Throwable error, RunContext run) {
                run.emit(error.getClass().getSimpleName());
            }
        };
        try (TestErrand hooked = TestStore.open(
                settings -> settings.effectValidation(EffectValidation.ENABLED).hooks(hooks))) {
            Run<Object> run = hooked.finish(trigger(hooked, context -> {
                context.sleep(isFirst() ? "night 1" : "night 2", DAY);
                return "";
            }));
            assertThat(run).isFailed().hasEmitted("NotReplayableException");
        }
    }

    @Test
    void theIterationIsNamed() throws InterruptedException {
        int[] iterations = {0};
        differs(
                "Call 1 in iteration 2 of loop 'round'",
                "step 'work 3'",
                "step 'work 4'",
                context -> context.loop("round", iteration -> {
                    context.step("work " + ++iterations[0], this::called);
                    return iteration == 2 ? LoopAnswer.done("") : LoopAnswer.again();
                }));
        assertThat(calls).hasValue(3);
    }

    @Test
    void aLoopThatEndsElsewhereIsNamed() throws InterruptedException {
        differs(
                "Call 1 in iteration 0 of loop 'round'",
                "the end of the loop",
                "the end, with another iteration to follow",
                context -> context.loop("round", iteration -> isFirst() ? LoopAnswer.done("") : LoopAnswer.again()));
    }

    @Test
    void theBranchIsNamed() throws InterruptedException {
        differs(
                "Call 1 in branch 'slow' of 'checks'",
                "sleep 'night 1'",
                "sleep 'night 2'",
                context -> context.parallel(
                        "checks",
                        List.of(Branch.of("quick", String.class, () -> "done"), Branch.of("slow", String.class, () -> {
                            context.sleep(isFirst() ? "night 1" : "night 2", DAY);
                            return "slept";
                        }))));
    }

    // ── quietly

    @Test
    void quietlyItIsAWarning() throws InterruptedException {
        try (TestErrand quiet = TestStore.open(
                settings -> settings.effectValidation(EffectValidation.QUIET).tasks(child))) {
            Run<Object> run = quiet.finish(trigger(quiet, context -> {
                context.step("step " + executions.get(), this::called);
                return "of execution " + executions.get();
            }));
            assertThat(run).isCompleted().hasOutput("of execution 1").hasSteps("step 1");
            assertThat(run.log())
                    .extracting(LogLine::message)
                    .singleElement()
                    .asString()
                    .contains("Call 1, was step 'step 1' in the first execution, and step 'step 2' in the second.");
        }
        assertThat(calls).hasValue(1);
    }
}
