package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.Json;
import dev.errand.LoopAnswer;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.Winner;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Races of branches, branches in branches and in loops, and where there are none. */
class BranchTest extends Bodies {
    private static final Duration DAY = Duration.ofDays(1);

    private interface Code {
        void run() throws Exception;
    }

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<TokenId> tokens = new CopyOnWriteArrayList<>();

    private Branch<String> answer(RunContext context) {
        return Branch.of("answer", String.class, () -> {
            Token<String> token = context.token("approval", String.class, DAY.multipliedBy(7));
            tokens.add(token.id());
            return context.await(token).unwrap();
        });
    }

    private static Branch<String> late(RunContext context) {
        return Branch.of("late", String.class, () -> {
            context.sleep("patience", DAY);
            return "nobody";
        });
    }

    // ── races

    @Test
    void theFirstThatIsDoneWins() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            Winner<String> winner = context.anyOf("decision", List.of(answer(context), late(context)));
            return winner.index() + " " + winner.branch() + " " + winner.result();
        });
        test.until(run, RunState.WAITING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(DAY));
        test.errand().tokens().complete(tokens.getFirst(), "yes");
        assertThat(test.finish(run)).isCompleted().hasOutput("0 answer yes");
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START);
        assertThat(run.steps()).extracting(Step::state).containsOnly(StepState.COMPLETED);
        assertThat(run.steps()).extracting(Step::name).contains("decision/answer");
    }

    @Test
    void everyAttemptHasTheSameWinner() throws InterruptedException {
        Run<Object> run = finish(context -> {
            Winner<?> winner = context.anyOf("decision", answer(context), late(context));
            context.sleep("settlement", DAY);
            done.add(winner.branch());
            if (context.attempt() == 1) {
                test.errand().tokens().complete(tokens.getFirst(), "too late");
                throw new IllegalStateException("on purpose");
            }
            return winner.is("late") + " " + winner.result();
        });
        assertThat(run).isCompleted().hasAttempts(2).hasOutput("true nobody");
        assertThat(done).containsExactly("late", "late");
    }

    @Test
    void theLosersOfARaceAreInterruptedAndWaitNoMore() throws InterruptedException {
        Gate gate = new Gate();
        Run<Object> run = trigger(context -> {
            Winner<?> winner = context.anyOf(
                    "race",
                    Branch.of("quick", String.class, () -> {
                        gate.awaitArrivals(1);
                        Soon.await("the other naps", this::naps);
                        return "quick";
                    }),
                    Branch.of("works", () -> gate.pass()),
                    Branch.of("naps", () -> context.sleep("long", DAY.multipliedBy(3))));
            context.sleep("after", DAY);
            return winner.result();
        });
        test.until(run, RunState.WAITING);
        gate.awaitInterrupt();
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(DAY));
        assertThat(run.steps().stream().filter(step -> step.state() == StepState.WAITING))
                .extracting(Step::name)
                .containsExactly("after");
        assertThat(test.finish(run)).isCompleted().hasOutput("quick");
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(DAY));
    }

    private boolean naps() {
        return test.errand().runs(RunQuery.all()).items().stream()
                .flatMap(run -> test.errand().run(run.id()).steps().stream())
                .anyMatch(step -> step.name().equals("long"));
    }

    @Test
    void anErrorEndsARaceThatNobodyHasWon() throws InterruptedException {
        Run<Object> run = finish(context -> {
            try {
                return context.anyOf(
                                "race", Branch.of("naps", () -> context.sleep("nap", DAY)), Branch.of("bad", () -> {
                                    throw new IllegalStateException("bad");
                                }))
                        .branch();
            } catch (IllegalStateException e) {
                return "caught " + e.getMessage();
            }
        });
        assertThat(run).isCompleted().hasOutput("caught bad");
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START);
    }

    @Test
    void aWinnerThatIsNoneOfTheBranchesAnyMoreIsAnError() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.anyOf("race", Branch.of("attempt " + context.attempt(), () -> done.add("won")));
            if (context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return "";
        });
        assertThat(run).hasState(RunState.FAILED);
        assertThat(run.info().failure().message()).contains("Race 'race'", "race/attempt 1");
        assertThat(done).containsExactly("won");
    }

    // ── branches in branches, and in loops

    @Test
    void branchesHaveBranches() throws InterruptedException {
        Run<Object> run = finish(context -> context.parallel(
                "outer",
                List.of(
                        Branch.of(
                                "a",
                                String.class,
                                () -> context.parallel(
                                                "inner",
                                                List.of(
                                                        Branch.of("a", String.class, () -> {
                                                            context.sleep("nap", DAY);
                                                            return context.step("S", String.class, () -> "aa");
                                                        }),
                                                        Branch.of("b", String.class, () -> {
                                                            context.sleep("nap", DAY.multipliedBy(2));
                                                            return context.step("S", String.class, () -> "ab");
                                                        })))
                                        .toString()),
                        Branch.of("b", String.class, () -> {
                            context.sleep("nap", DAY.multipliedBy(3));
                            return context.step("S", String.class, () -> "b");
                        }))));
        assertThat(run).isCompleted().hasOutput(List.of("[aa, ab]", "b")).hasAttempts(1);
        assertThat(run.steps().stream().filter(step -> step.name().equals("S")))
                .extracting(Step::within)
                .containsExactlyInAnyOrder("outer.a / inner.a", "outer.a / inner.b", "outer.b");
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(DAY.multipliedBy(3)));
    }

    @Test
    void eachIterationHasBranchesOfItsOwn() throws InterruptedException {
        Run<Object> run = finish(context -> context.loop("round", DAY, iteration -> {
            Winner<String> first = context.anyOf(
                    "race",
                    List.of(
                            Branch.of("nap", String.class, () -> {
                                context.sleep("nap", DAY);
                                return "nap " + iteration;
                            }),
                            Branch.of("long", String.class, () -> {
                                context.sleep("nap", DAY.multipliedBy(5));
                                return "long " + iteration;
                            })));
            List<String> both = context.parallel(
                    "work",
                    List.of(
                            Branch.of("a", String.class, () -> context.step("S", String.class, () -> "a" + iteration)),
                            Branch.of(
                                    "b", String.class, () -> context.step("S", String.class, () -> "b" + iteration))));
            done.add(first.result() + both);
            return iteration < 2 ? LoopAnswer.again() : LoopAnswer.done("done");
        }));
        assertThat(run).isCompleted().hasOutput("done").hasAttempts(1);
        assertThat(done).containsExactly("nap 0[a0, b0]", "nap 1[a1, b1]", "nap 2[a2, b2]");
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(DAY.multipliedBy(5)));
    }

    @Test
    void aBranchHasALoop() throws InterruptedException {
        Run<Object> run = finish(context -> context.parallel(
                "both",
                List.of(
                        Branch.of(
                                "loops",
                                String.class,
                                () -> context.loop("round", DAY, iteration -> {
                                    context.emit("round " + iteration);
                                    context.step("S", () -> done.add("S" + iteration));
                                    return iteration < 3 ? LoopAnswer.again() : LoopAnswer.done("looped");
                                })),
                        Branch.of("naps", String.class, () -> {
                            context.sleep("nap", DAY.multipliedBy(2));
                            context.emit("awake");
                            return "napped";
                        }))));
        assertThat(run).isCompleted().hasOutput(List.of("looped", "napped")).hasAttempts(1);
        assertThat(done).containsExactly("S0", "S1", "S2", "S3");
        assertThat(run.emitted())
                .containsExactlyInAnyOrder(
                        new Json("\"round 0\""),
                        new Json("\"round 1\""),
                        new Json("\"round 2\""),
                        new Json("\"round 3\""),
                        new Json("\"awake\""));
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(DAY.multipliedBy(3)));
    }

    // ── what others see of it, where there are none, and what they cannot do

    @Test
    void hooksHearOfOneWaitOfTheRunHoweverManyBranchesWait() throws InterruptedException {
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
                    context -> context.parallel(
                            "waits",
                            List.of(
                                    Branch.of("a", () -> context.sleep("nap", DAY)),
                                    Branch.of("b", () -> context.sleep("nap", DAY)),
                                    Branch.of("c", () -> context.sleep("nap", DAY.multipliedBy(2))))));
            hooked.errand().put(task);
            assertThat(hooked.finish(hooked.errand().trigger(task, ""))).isCompleted();
        }
        assertThat(done).as("for a and b, and then for c").containsExactly("wait", "resume", "wait", "resume");
    }

    @Test
    void aBranchCannotWaitWithALockHeldThoughAnotherMay() throws InterruptedException {
        Gate gate = new Gate();
        List<String> refused = new CopyOnWriteArrayList<>();
        Run<Object> run = finish(context -> context.parallel(
                "both",
                List.of(
                        Branch.of(
                                "holds",
                                () -> context.lock("L").run(() -> {
                                    refused.add(refusal(() -> context.sleep("nap", DAY)));
                                    if (bodies.get() == 1) {
                                        gate.pass();
                                    }
                                })),
                        Branch.of("naps", () -> {
                            if (bodies.get() == 1) {
                                gate.awaitArrivals(1);
                                gate.letPass(1);
                            }
                            context.sleep("nap", DAY);
                        }))));
        assertThat(run).isCompleted();
        assertThat(refused.getFirst()).contains("Sleep 'nap' was not begun", "holds a lock");
        List<String> held = new CopyOnWriteArrayList<>();
        assertThat(finish(context -> {
                    context.lock("L")
                            .run(() -> context.parallel("one", List.of(Branch.of("a", () -> {
                                held.add(refusal(() -> context.sleep("nap", DAY)));
                            }))));
                    return "";
                }))
                .isCompleted();
        assertThat(held.getFirst()).contains("holds a lock");
    }

    @Test
    void branchesAreRefusedWhereABodyIsNot() throws InterruptedException {
        List<String> refused = new CopyOnWriteArrayList<>();
        Run<Object> run = finish(context -> {
            List<Branch<@Nullable Void>> one = List.of(Branch.of("a", () -> done.add("a")));
            refused.add(refusal(() -> context.step("S", () -> context.parallel("p", one))));
            Thread thread = Thread.ofVirtual().start(() -> refused.add(refusal(() -> context.parallel("p", one))));
            thread.join();
            refused.add(refusal(() -> context.parallel("p", List.of(one.getFirst(), one.getFirst()))));
            refused.add(refusal(() -> context.anyOf("p")));
            refused.add(refusal(() -> Branch.of(" ", () -> {})));
            return context.parallel("p", List.<Branch<String>>of()).size();
        });
        assertThat(run).isCompleted().hasOutput(0);
        assertThat(refused.get(0)).contains("Branches 'p' were not begun", "inside step 'S'");
        assertThat(refused.get(1)).contains("Branches 'p' were not begun", "only the thread");
        assertThat(refused.get(2)).contains("two of them are named 'a'");
        assertThat(refused.get(3)).contains("nobody takes part");
        assertThat(refused.get(4)).contains("a branch's name has 1 to 256 characters");
        assertThat(done).isEmpty();
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
