package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.BranchResults;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.testkit.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bodies that go several ways at the same time. */
class ParallelTest extends Bodies {
    private static final Duration DAY = Duration.ofDays(1);

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final Set<TokenId> tokens = ConcurrentHashMap.newKeySet();

    ParallelTest() {
        super(4);
    }

    private static Branch<String> branch(String name, RunContext run, String said) {
        return Branch.of(name, String.class, () -> run.step("S", String.class, () -> said));
    }

    // ── results

    @Test
    void branchesComeToTheirResultsInOrder() throws InterruptedException {
        CountDownLatch second = new CountDownLatch(1);
        Run<Object> run = finish(context -> context.parallel(
                "checks",
                List.of(
                        Branch.of("a", String.class, () -> {
                            second.await();
                            return "first";
                        }),
                        Branch.of("b", String.class, () -> {
                            second.countDown();
                            return "second";
                        }))));
        assertThat(run).isCompleted().hasOutput(List.of("first", "second"));
    }

    @Test
    void branchesMayHaveResultsOfDifferentTypes() throws InterruptedException {
        Run<Object> run = finish(context -> {
            Branch<Integer> count = Branch.of("count", Integer.class, () -> 3);
            Branch<String> name = Branch.of("name", String.class, () -> "piano");
            Branch<?> nothing = Branch.of("nothing", () -> done.add("nothing"));
            BranchResults results = context.parallel("checks", count, name, nothing);
            Object none = results.of(nothing);
            assertThat(none).isNull();
            return results.of(count) + " " + results.of(name);
        });
        assertThat(run).isCompleted().hasOutput("3 piano");
        assertThat(done).containsExactly("nothing");
    }

    @Test
    void stepsAreKnownByTheirBranch() throws InterruptedException {
        Run<Object> run = finish(context -> {
            String before = context.step("S", String.class, () -> "before");
            List<String> all = context.parallel(
                    "checks",
                    IntStream.range(0, 20)
                            .mapToObj(i -> branch("b" + i, context, "of " + i))
                            .toList());
            String after = context.step("S", String.class, () -> "after");
            if (context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return before + all + after;
        });
        String all = String.join(
                ", ", IntStream.range(0, 20).mapToObj(i -> "of " + i).toList());
        assertThat(run).isCompleted().hasAttempts(2).hasOutput("before[" + all + "]after");
        assertThat(run.steps().stream().filter(step -> step.within() != null))
                .extracting(Step::within)
                .contains("checks.b7")
                .hasSize(20);
    }

    @Test
    void aBranchThatIsDoneIsNotCalledAgain() throws InterruptedException {
        Run<Object> run = finish(context -> context.parallel(
                        "checks", Branch.of("good", () -> done.add("good")), Branch.of("bad", () -> {
                            context.step("S", () -> done.add("step of bad"));
                            Soon.await("the other is done", () -> context.attempt() > 1 || isKept("checks/good"));
                            done.add("bad");
                            if (context.attempt() == 1) {
                                throw new IllegalStateException("on purpose");
                            }
                        }))
                .getClass()
                .getSimpleName());
        assertThat(run).isCompleted().hasAttempts(2);
        assertThat(done).containsExactlyInAnyOrder("good", "step of bad", "bad", "bad");
    }

    private boolean isKept(String name) {
        return test.errand().runs(RunQuery.all()).items().stream()
                .flatMap(run -> test.errand().run(run.id()).steps().stream())
                .anyMatch(step -> step.name().equals(name));
    }

    @Test
    void branchesShareStepsWithAKey() throws InterruptedException {
        StepOptions keyed = StepOptions.none().key("K");
        Run<Object> run = finish(context -> context.parallel(
                "checks",
                List.of(
                        Branch.of("a", Integer.class, () -> context.step("S", Integer.class, keyed, done::size)),
                        Branch.of("b", Integer.class, () -> {
                            done.add("b");
                            return context.step("S", Integer.class, keyed, done::size);
                        }))));
        assertThat(run).isCompleted();
        assertThat(String.valueOf(run.info().output())).isIn("[0,0]", "[1,1]");
    }

    // ── errors

    @Test
    void theFirstThatFailsInterruptsTheOthersAndTheirErrorsAreKept() throws InterruptedException {
        Gate gate = new Gate();
        List<Throwable> seen = new CopyOnWriteArrayList<>();
        Run<Object> run = finish(context -> {
            try {
                return context.parallel(
                        "checks",
                        Branch.of("bad", () -> {
                            gate.awaitArrivals(2);
                            throw new IllegalStateException("bad");
                        }),
                        Branch.of("interrupted", () -> gate.pass()),
                        Branch.of("worse", () -> {
                            try {
                                gate.pass();
                            } catch (InterruptedException e) {
                                throw new IllegalArgumentException("worse");
                            }
                        }));
            } catch (IllegalStateException e) {
                seen.add(e);
                return "caught";
            }
        });
        assertThat(run).isCompleted().hasOutput("caught");
        assertThat(seen.getFirst()).hasMessage("bad");
        assertThat(seen.getFirst().getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("worse");
    }

    @Test
    void aCancelInterruptsAllBranches() throws InterruptedException {
        Gate gate = new Gate();
        Run<Object> run = trigger(context -> context.parallel(
                "checks", List.of(Branch.of("a", () -> gate.pass()), Branch.of("b", () -> gate.pass()))));
        gate.awaitArrivals(2);
        run.cancel("enough");
        gate.awaitInterrupt();
        gate.awaitInterrupt();
        test.until(run, RunState.CANCELED);
    }

    // ── waits

    @Test
    void branchesWaitAtTheSameTime() throws InterruptedException { // DESIGN, in place of case 176
        Run<Object> run = waiting(context -> context.parallel(
                "waits",
                List.of(
                        Branch.of("long", String.class, () -> {
                            context.sleep("nap", DAY.multipliedBy(2));
                            return "long";
                        }),
                        Branch.of("short", String.class, () -> {
                            context.sleep("nap", DAY);
                            return context.step("S", String.class, () -> "short");
                        }))));
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(DAY));
        assertThat(test.errand().why(run.id())).contains("for 'nap' or 'nap' to end", "no slot");
        test.advance(DAY);
        assertThat(run).hasState(RunState.WAITING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(DAY.multipliedBy(2)));
        assertThat(test.finish(run))
                .isCompleted()
                .hasOutput(List.of("long", "short"))
                .hasAttempts(1);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(DAY.multipliedBy(2)));
        assertThat(bodies).hasValue(3);
    }

    @Test
    void aBranchGoesOnInTimeWhileAnotherWorks() throws InterruptedException {
        Gate gate = new Gate();
        Run<Object> run = trigger(context ->
                context.parallel("mixed", List.of(Branch.of("works", () -> gate.pass()), Branch.of("naps", () -> {
                    context.step("before", () -> done.add("before"));
                    context.emit("before");
                    context.sleep("nap", Duration.ofSeconds(3));
                    context.emit("after");
                    context.step("after", () -> done.add("after"));
                    gate.letPass(1);
                }))));
        Soon.await(
                "it naps",
                () -> run.steps().stream().anyMatch(step -> step.name().equals("nap")));
        test.clock().advance(Duration.ofSeconds(3));
        assertThat(test.finish(run)).isCompleted();
        assertThat(done).containsExactly("before", "after");
        assertThat(run.emitted()).containsExactly(new Json("\"before\""), new Json("\"after\""));
        assertThat(bodies).as("it was never unwound").hasValue(1);
    }

    @Test
    void aBranchThatWaitsDoesNotKeepTheOthersFromTheirWork() throws InterruptedException {
        Gate gate = new Gate();
        Run<Object> run = trigger(context -> context.parallel(
                "mixed", List.of(Branch.of("waits", () -> context.sleep("nap", DAY)), Branch.of("works", () -> {
                    gate.pass();
                    context.step("S", () -> done.add("worked"));
                }))));
        gate.awaitArrivals(1);
        Soon.await(
                "it naps",
                () -> run.steps().stream().anyMatch(step -> step.name().equals("nap")));
        assertThat(run.state()).isNotEqualTo(RunState.WAITING);
        gate.letPass(1);
        test.until(run, RunState.WAITING);
        assertThat(done).containsExactly("worked");
        assertThat(test.finish(run)).isCompleted();
        assertThat(gate.arrived()).as("what is done is not called again").isEqualTo(1);
    }

    @Test
    void branchesWaitForChildrenTokensAndTimes() throws InterruptedException {
        Gate gate = new Gate();
        Task<String, Object> child = task("child", context -> {
            gate.pass();
            return "child";
        });
        test.errand().put(child);
        Run<Object> run = trigger(context -> context.parallel(
                "waits",
                List.of(
                        Branch.of("child", String.class, () -> "" + context.invoke(child, "")),
                        Branch.of("token", String.class, () -> {
                            Token<String> token = context.token("approval", String.class, DAY);
                            tokens.add(token.id());
                            return context.await(token).unwrap();
                        }),
                        Branch.of("time", String.class, () -> {
                            context.sleep("nap", DAY.multipliedBy(2));
                            return "time";
                        }))));
        test.until(run, RunState.WAITING);
        gate.awaitArrivals(1);
        assertThat(tokens).hasSize(1);
        test.errand().tokens().complete(tokens.iterator().next(), "approved");
        Soon.await("the token's branch is done", () -> isKept("waits/token"));
        gate.letPass(1);
        Soon.await("the child's branch is done", () -> isKept("waits/child"));
        test.until(run, RunState.WAITING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(DAY.multipliedBy(2)));
        assertThat(test.finish(run)).isCompleted().hasOutput(List.of("child", "approved", "time"));
        assertThat(tokens).hasSize(1);
        assertThat(test.errand().runs(RunQuery.all().tasks("child")).items()).hasSize(1);
    }

    @Test
    void aBranchWaitsForAllOfItsChildren() throws InterruptedException {
        Task<String, Object> child = task("child", context -> {
            context.sleep("nap", Duration.ofHours(1));
            return "child";
        });
        test.errand().put(child);
        Run<Object> run = finish(context -> context.parallel(
                "waits",
                List.of(
                        Branch.of(
                                "two",
                                Integer.class,
                                () -> context.invokeAll(child, List.of("a", "b"))
                                        .size()),
                        Branch.of(
                                "three",
                                Integer.class,
                                () -> context.invokeAll(child, List.of("a", "b", "c"))
                                        .size()))));
        assertThat(run).isCompleted().hasOutput(List.of(2, 3));
        assertThat(test.errand().runs(RunQuery.all().tasks("child")).items()).hasSize(5);
    }

    @Test
    void whatBranchesSaidIsSaidOnceWhicheverComesFirst() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.log().info("before");
            context.parallel(
                    "waits",
                    IntStream.range(1, 6)
                            .mapToObj(i -> Branch.of("b" + i, () -> {
                                for (int round = 0; round < i; round++) {
                                    context.log().info(i + "." + round);
                                    context.metadata().increment("count", 1);
                                    context.sleep("nap", DAY);
                                }
                            }))
                            .toList());
            context.log().info("after");
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(run.log()).extracting(LogLine::message).hasSize(17).doesNotHaveDuplicates();
        assertThat(run.info().metadata()).containsEntry("count", 15L);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plus(DAY.multipliedBy(5)));
    }

    @Test
    void finallyBlocksOfBranchesAreExecutedWhenTheyWait() throws InterruptedException {
        Run<Object> run = finish(context -> context.parallel("waits", List.of(Branch.of("a", () -> {
            try {
                context.sleep("nap", DAY);
            } finally {
                done.add("finally");
            }
        }))));
        assertThat(run).isCompleted();
        assertThat(done).containsExactly("finally", "finally");
    }
}
