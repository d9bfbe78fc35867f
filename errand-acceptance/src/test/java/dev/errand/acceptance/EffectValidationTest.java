package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.EffectValidation;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.LoopAnswer;
import dev.errand.PublishedValue;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.Token;
import dev.errand.TypeRef;
import dev.errand.Value;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bodies that are executed twice and do the same: what they do is done once, and they are answered the same. */
class EffectValidationTest extends Validated {

    // ── what is done once

    @Test
    void aBodyIsExecutedTwiceAndItsEffectsAreAppliedOnce() throws InterruptedException { // case 111
        BlockingQueue<String> raised = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.named("told"), event -> raised.add(event.name()));
        test.errand().on(EventFilter.named("last"), event -> raised.add(event.name()));
        Run<Object> run = finish(context -> {
            seen.add(context.step("charge", String.class, this::called));
            seen.add(context.step("once", String.class, StepOptions.none().atMostOnce(), this::called));
            seen.add(context.step("always", String.class, StepOptions.none().always(), this::called));
            seen.add(context.transaction("book", String.class, tx -> called()));
            seen.add(context.trigger(child, "x").id());
            context.emit("item");
            context.raise("told", null);
            context.publish("shown", 1);
            context.metadata().increment("count", 1);
            seen.add(context.metadata().get("count"));
            context.log().info("line");
            context.progress(1, 2);
            context.raise("last", null);
            return "of execution " + executions.get();
        });
        test.runUntilIdle();
        assertThat(run).isCompleted().hasAttempts(1).hasOutput("of execution 1");
        assertThat(executions).hasValue(2);
        assertThat(calls).hasValue(4);
        assertThat(seen.subList(0, 4)).containsExactly("call 1", "call 2", "call 3", "call 4");
        assertThat(seen.subList(6, 12)).as("the second time").isEqualTo(seen.subList(0, 6));
        assertThat(run)
                .hasSteps("charge", "once", "book", "child")
                .hasEmitted("item")
                .hasProgress(1, 2);
        assertThat(run.log()).extracting(LogLine::message).containsExactly("line");
        assertThat(run.published()).extracting(PublishedValue::value).containsExactly(new Json("1"));
        assertThat(run.info().metadata()).containsEntry("count", 1L);
        assertThat(children()).isOne();
        assertThat(List.of(raised.take(), raised.take())).containsExactly("told", "last");
        assertThat(raised).isEmpty();
    }

    @Test
    void whatAStepSaysIsSaidOnce() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.step("work", () -> {
                context.emit("in the step");
                context.metadata().increment("count", 1);
                context.trigger(child, "x");
            });
            context.emit("after");
            return "";
        });
        assertThat(run).isCompleted().hasEmitted("in the step", "after").hasMetadata("count", 1);
        assertThat(children()).isOne();
    }

    @Test
    void timesRandomNumbersAndIdsAreTheSame() throws InterruptedException {
        Run<Object> run = finish(context -> {
            seen.add(context.now());
            seen.add(context.random().nextGaussian());
            seen.add(context.newId());
            test.clock().advance(Duration.ofSeconds(1));
            seen.add(context.now());
            seen.add(context.random().nextLong());
            seen.add(context.newId());
            return "";
        });
        assertThat(run).isCompleted().hasSteps("run.now", "run.seed", "run.now");
        assertThat(seen).hasSize(12);
        assertThat(seen.subList(6, 12)).isEqualTo(seen.subList(0, 6));
        assertThat(new HashSet<>(seen)).hasSize(6);
    }

    @Test
    void hooksAreCalledOnce() throws InterruptedException {
        TaskHooks<Object, Object> hooks = new TaskHooks<>() {
            @Override
            public @Nullable Object init(Object payload, RunContext run) {
                seen.add("init");
                return null;
            }

            @Override
            public void onWait(Object payload, RunContext run) {
                seen.add("wait");
            }

            @Override
            public void onResume(Object payload, RunContext run) {
                seen.add("resume");
            }

            @Override
            public void onSuccess(Object payload, Object output, RunContext run) {
                seen.add("success");
            }
        };
        try (TestErrand hooked = TestStore.open(
                settings -> settings.effectValidation(EffectValidation.ENABLED).hooks(hooks))) {
            hooked.finish(trigger(hooked, context -> {
                seen.add("body");
                context.sleep("night", DAY);
                seen.add("day");
                return "";
            }));
        }
        assertThat(seen)
                .containsExactly(
                        "init", "body", "wait", "body", "init", "body", "resume", "day", "body", "day", "success");
    }

    @Test
    void aBodyIsExecutedOnceUnlessThatIsSwitchedOn() throws InterruptedException {
        try (TestErrand plain = TestStore.open()) {
            assertThat(plain.finish(trigger(plain, context -> ""))).isCompleted();
        }
        assertThat(executions).hasValue(1);
    }

    @Test
    void anExecutionThatThrowsIsNotRepeated() throws InterruptedException {
        Run<Object> run = finish(context -> {
            seen.add(context.step("charge", String.class, this::called));
            if (context.attempt() == 1) {
                throw new IOException("line is busy");
            }
            return "";
        });
        assertThat(run).isCompleted().hasAttempts(2);
        assertThat(executions).hasValue(3);
        assertThat(seen).containsExactly("call 1", "call 1", "call 1");
    }

    // ── what it is answered

    @Test
    void anAnswerIsAsItWasThoughTheBodyHasChangedIt() throws InterruptedException {
        Run<Object> run = finish(context -> {
            List<String> items = context.step("items", new TypeRef<List<String>>() {}, () -> List.of("a", "b"));
            while (!items.isEmpty()) {
                context.step("pack " + items.removeFirst(), () -> calls.incrementAndGet());
            }
            return "";
        });
        assertThat(run).isCompleted().hasSteps("items", "pack a", "pack b");
        assertThat(calls).hasValue(2);
    }

    @Test
    void aStepThatFailsFailsTheSameWayAndIsCalledOnce() throws InterruptedException {
        Run<Object> run = finish(context -> {
            try {
                return context.step("charge", String.class, () -> {
                    throw new IOException(called());
                });
            } catch (IOException e) {
                seen.add(e.getMessage());
                return context.step("charge", String.class, () -> "the second time");
            }
        });
        assertThat(run).isCompleted().hasOutput("the second time");
        assertThat(seen).containsExactly("call 1", "call 1");
    }

    // ── waits

    @Test
    void aBodyThatWaitsIsExecutedAgainUpToThere() throws InterruptedException {
        Run<Object> run = finish(context -> {
            seen.add("begin");
            context.step("work", this::called);
            context.sleep("night", DAY);
            seen.add(context.invoke(child, "task"));
            return "";
        });
        assertThat(run).isCompleted().hasAttempts(1).hasSteps("work", "night", "child");
        assertThat(executions).as("twice to each wait, and twice to the end").hasValue(6);
        assertThat(calls).hasValue(1);
        assertThat(children()).isOne();
        assertThat(seen.subList(4, 8)).containsExactly("begin", "child of task", "begin", "child of task");
    }

    @Test
    void conditionsTokensAndSignalsAreLookedAtOnce() throws InterruptedException {
        Value<Integer> balance = test.errand().value("balance", Integer.class);
        Run<Object> run = waiting(context -> {
            Token<String> token = context.token("approval", String.class, DAY);
            seen.add(token);
            seen.add(context.until("rich", Integer.class, () -> {
                called();
                return balance.get().filter(now -> now > 10);
            }));
            seen.add(context.receive("speak", String.class));
            seen.add(context.await(token).unwrap());
            return "";
        });
        assertThat(calls).hasValue(1);
        balance.set(11);
        test.until(run, RunState.WAITING);
        test.errand().signal(run.id(), "speak", "a word");
        Token<?> token = (Token<?>) seen.getFirst();
        test.runUntilIdle();
        test.errand().tokens().complete(token.id(), "yes");
        assertThat(test.finish(run)).isCompleted();
        assertThat(calls).hasValueBetween(2, 3);
        List<Object> last = seen.subList(seen.size() - 8, seen.size());
        assertThat(last.subList(0, 4)).containsExactly(token, 11, "a word", "yes");
        assertThat(last.subList(4, 8)).isEqualTo(last.subList(0, 4));
        assertThat(new HashSet<>(seen)).as("one token").hasSize(4);
    }

    // ── parts of a body

    @Test
    void ofALoopTheLastIterationIsExecutedAgain() throws InterruptedException {
        Run<Object> run = finish(context -> context.loop("round", iteration -> {
            seen.add("round " + iteration);
            context.step("work", this::called);
            context.emit(iteration);
            return iteration == 2 ? LoopAnswer.done("after " + iteration) : LoopAnswer.again();
        }));
        assertThat(run).isCompleted().hasOutput("after 2").hasEmitted(0, 1, 2);
        assertThat(seen).containsExactly("round 0", "round 1", "round 2", "round 2");
        assertThat(calls).hasValue(3);
    }

    @Test
    void ofALoopWithWaitsEachIterationIsExecutedAgain() throws InterruptedException {
        Run<Object> run = finish(context -> context.loop("round", DAY, iteration -> {
            seen.add("round " + iteration);
            context.step("work", this::called);
            return iteration == 1 ? LoopAnswer.done("after " + iteration) : LoopAnswer.again();
        }));
        assertThat(run).isCompleted().hasOutput("after 1");
        assertThat(seen).containsExactly("round 0", "round 0", "round 1", "round 1");
        assertThat(calls).hasValue(2);
    }

    @Test
    void branchesThatAreDoneAreNotExecutedAgain() throws InterruptedException {
        Run<Object> run = finish(context -> context.parallel(
                "checks",
                List.of(
                        Branch.of("quick", String.class, () -> {
                            seen.add("quick");
                            return context.step("look", String.class, this::called);
                        }),
                        Branch.of("slow", String.class, () -> {
                            seen.add("slow");
                            context.step("look", this::called);
                            context.sleep("night", DAY);
                            return "slept";
                        }))));
        assertThat(run).isCompleted();
        assertThat(calls).hasValue(2);
        assertThat(seen.stream().filter("quick"::equals)).hasSize(1);
        assertThat(seen.stream().filter("slow"::equals))
                .as("twice, and once more when it was done")
                .hasSize(3);
    }

    @Test
    void theOrderOfThreadsMeansNothing() throws InterruptedException {
        Run<Object> run = finish(context -> IntStream.range(0, 200)
                .parallel()
                .mapToObj(number -> step(context, number))
                .distinct()
                .count());
        assertThat(run).isCompleted().hasOutput(200);
        assertThat(calls).hasValue(200);
    }

    private String step(RunContext context, int number) {
        try {
            return context.step("work " + number, String.class, this::called);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatAThreadOfNobodysDoesIsAnsweredToo() throws Exception {
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            pool.submit(() -> {}).get(); // it has its thread, which it did not get from the body
            Run<Object> run = finish(context -> {
                Future<String> work = pool.submit(() -> context.step("work", String.class, this::called));
                seen.add(work.get());
                return "";
            });
            assertThat(run).isCompleted().hasSteps("work");
        }
        assertThat(seen).containsExactly("call 1", "call 1");
    }

    @Test
    void aBodyThatCallsVeryMuchIsComparedAsFarAsItIsNoted() throws InterruptedException {
        Run<Object> run = finish(context -> {
            for (int i = 0; i < 10_000; i++) {
                assertThat(context.metadata().get("nothing")).isNull();
            }
            context.step("work " + executions.get(), this::called);
            return "";
        });
        assertThat(run).isCompleted().hasSteps("work 1");
        assertThat(executions).hasValue(2);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aLockIsTakenAgain() throws InterruptedException {
        Run<Object> run = finish(context -> {
            seen.add(context.lock("ledger").call(() -> context.step("work", String.class, this::called)));
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(seen).containsExactly("call 1", "call 1");
        assertThat(executions).hasValue(2);
    }

    @Test
    void aTestSwitchesItOn() throws InterruptedException {
        Task<String, String> task = Task.named("task", String.class, String.class)
                .retry(Retry.none())
                .run((payload, run) -> run.step("step " + executions.incrementAndGet(), String.class, () -> payload));
        try (TestErrand strict = TestErrand.strict(task)) {
            assertThat(strict.finish(strict.errand().trigger(task, ""))).isFailed();
        }
    }
}
