package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Branch;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.LoopAnswer;
import dev.errand.NamedLock;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepOptions;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Branches that have others work for them, emit much, or want the same. */
class BranchThreadsTest {
    private static final Duration DAY = Duration.ofDays(1);

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private interface Code {
        void run() throws Exception;
    }

    private final List<String> done = new CopyOnWriteArrayList<>();

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.concurrency(1).maxOutput(200));

    @AutoClose
    private final ExecutorService pool = Executors.newFixedThreadPool(1);

    @BeforeEach
    void itsThreadIsThereBefore() throws Exception {
        onPool(() -> {});
    }

    private void onPool(Code code) throws Exception {
        Future<?> told = pool.submit(() -> {
            code.run();
            return null;
        });
        told.get();
    }

    private Run<Object> trigger(Body body) {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(1))
                .run((payload, run) -> body.run(run));
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    private Run<Object> finish(Body body) throws InterruptedException {
        return test.finish(trigger(body));
    }

    // ── threads that are nobody's

    @Test
    void whatAPoolSaysForABranchTakesNothingFromWhatTheBodySaysLater() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.parallel(
                    "work",
                    List.of(Branch.of(
                            "a",
                            () -> onPool(() -> {
                                context.log().info("branch");
                                context.emit("branch");
                                context.metadata().increment("count", 1);
                            }))));
            context.sleep("nap", DAY);
            context.log().info("body");
            context.emit("body");
            context.metadata().increment("count", 1);
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(run.log()).extracting(LogLine::message).containsExactly("branch", "body");
        assertThat(run.emitted()).containsExactly(new Json("\"branch\""), new Json("\"body\""));
        assertThat(run.info().metadata()).containsEntry("count", 2L);
    }

    @Test
    void whatIsToldByItsOrderIsRefusedOnAPoolsThread() throws InterruptedException {
        Task<String, Object> child =
                Task.named("child", String.class, Object.class).run((payload, run) -> "");
        test.errand().put(child);
        Run<Object> run = finish(context -> {
            context.parallel("work", List.of(Branch.of("a", () -> {
                refused(() -> context.step("S", () -> done.add("called")));
                refused(() -> context.trigger(child, ""));
                refused(context::newId);
                refused(context::now);
                onPool(() -> context.step("keyed", StepOptions.none().key("K"), () -> done.add("keyed")));
            })));
            onPool(() -> context.step("S", () -> done.add("after")));
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(done).containsExactly("keyed", "after");
    }

    private void refused(Code code) {
        assertThatThrownBy(() -> onPool(code))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to none of them");
    }

    @Test
    void aThreadThatABranchHasStartedGoesWithItsIterations() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.parallel("work", List.of(Branch.of("a", () -> {
                try (ExecutorService own = Executors.newFixedThreadPool(1)) {
                    context.loop("round", Duration.ZERO, iteration -> {
                        keyed(context, own, iteration);
                        return iteration < 2 ? LoopAnswer.again() : LoopAnswer.done();
                    });
                }
            })));
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(done).containsExactly("0", "1", "2");
    }

    private void keyed(RunContext context, ExecutorService own, int iteration) {
        Future<?> told = own.submit(() -> {
            context.step("S", StepOptions.none().key("K"), () -> done.add("" + iteration));
            return null;
        });
        try {
            told.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    // ── how much is emitted

    private static void emit(RunContext context, int bytes) {
        context.emit("x".repeat(bytes - 2));
    }

    @Test
    void whatTheLastIterationEmitsCountsOnce() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.loop("round", Duration.ofSeconds(5), iteration -> {
                emit(context, 40);
                return iteration < 1 ? LoopAnswer.again() : LoopAnswer.done();
            });
            for (int i = 0; i < 4; i++) {
                context.sleep("nap", DAY);
            }
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(run.emitted()).hasSize(2);
    }

    @Test
    void whatABranchEmitsThatIsCalledAgainCountsOnce() throws InterruptedException {
        Gate gate = new Gate();
        Run<Object> run = trigger(context ->
                context.parallel("work", List.of(Branch.of("works", () -> gate.pass()), Branch.of("naps", () -> {
                    emit(context, 90);
                    for (int i = 0; i < 3; i++) {
                        context.sleep("nap " + i, Duration.ofSeconds(3));
                    }
                    gate.letPass(1);
                }))));
        for (int i = 0; i < 3; i++) {
            String nap = "nap " + i;
            Soon.await(
                    nap, () -> run.steps().stream().anyMatch(step -> step.name().equals(nap)));
            test.clock().advance(Duration.ofSeconds(3));
        }
        assertThat(test.finish(run)).isCompleted();
        assertThat(run.emitted()).hasSize(1);
    }

    @Test
    void whatABranchHasEmittedThatIsDoneCountsAfterAWait() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.parallel("work", List.of(Branch.of("a", () -> emit(context, 120))));
            context.sleep("nap", DAY);
            emit(context, 120);
            return "";
        });
        assertThat(run).hasState(RunState.FAILED);
        assertThat(run.info().failure().message()).contains("at most 200 are kept");
    }

    // ── what several want

    @Test
    void twoBranchesThatAwaitOneTokenHaveOneRow() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            Token<String> token = context.token("approval", String.class, DAY.multipliedBy(7));
            done.add(token.id().toString());
            return context.parallel(
                    "both",
                    List.of(
                            Branch.of(
                                    "a",
                                    String.class,
                                    () -> context.await(token).unwrap()),
                            Branch.of(
                                    "b",
                                    String.class,
                                    () -> context.await(token).unwrap())));
        });
        test.until(run, RunState.WAITING);
        assertThat(run.steps().stream().filter(step -> step.state() == StepState.WAITING))
                .hasSize(1);
        test.errand().tokens().complete(TokenId.of(done.getFirst()), "yes");
        assertThat(test.finish(run)).isCompleted().hasOutput(List.of("yes", "yes"));
        assertThat(run.steps()).extracting(Step::state).containsOnly(StepState.COMPLETED);
    }

    @Test
    void whyNamesATokenBesideABranchThatNaps() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            Token<String> token = context.token("approval", String.class, DAY.multipliedBy(7));
            return context.anyOf(
                            "decision",
                            Branch.of(
                                    "answer",
                                    String.class,
                                    () -> context.await(token).unwrap()),
                            Branch.of("late", () -> context.sleep("patience", DAY)))
                    .branch();
        });
        test.until(run, RunState.WAITING);
        assertThat(test.errand().why(run.id())).contains("'approval'", "'patience'", " or ");
        assertThat(test.finish(run)).isCompleted().hasOutput("late");
    }

    // ── their locks, and their threads

    @Test
    void aBranchIsRefusedALockThatItsBodyHoldsAroundIt() throws InterruptedException {
        Run<Object> run = finish(context -> {
            NamedLock lock = context.lock("L");
            Branch<?> inner = Branch.of("inner", () -> {
                assertIsRefused(() -> lock.run(() -> done.add("the body's")));
                assertIsRefused(() -> context.lock("L").run(() -> done.add("its own")));
                context.lock("M").run(() -> done.add("another"));
            });
            lock.run(() -> context.parallel("outer", Branch.of("a", () -> context.parallel("inner", inner))));
            context.parallel("after", Branch.of("a", () -> lock.run(() -> done.add("after"))));
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(done).containsExactly("another", "after");
    }

    private static void assertIsRefused(Code takes) {
        assertThatThrownBy(takes::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Lock 'L' was not taken: the body holds it, and waits for the branch");
    }

    @Test
    void branchesHaveThreadsAsTheBodyHas() throws InterruptedException {
        Body body = context -> {
            context.parallel(
                    "p",
                    Branch.of(
                            "a",
                            () -> done.add("virtual " + Thread.currentThread().isVirtual())));
            return "";
        };
        Task<String, Object> task = Task.named("computes", String.class, Object.class)
                .platformThread()
                .run((payload, run) -> body.run(run));
        test.errand().put(task);
        assertThat(test.finish(test.errand().trigger(task, ""))).isCompleted();
        assertThat(finish(body)).isCompleted();
        assertThat(done).containsExactly("virtual false", "virtual true");
    }
}
