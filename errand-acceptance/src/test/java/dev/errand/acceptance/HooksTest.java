package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.AbortException;
import dev.errand.FailureKind;
import dev.errand.LogLine;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is called around attempts, in which order, and what comes of its errors. */
@Tag(TestStore.ONCE)
class HooksTest {
    private final List<String> trace = new CopyOnWriteArrayList<>();
    private final List<TaskHooks<@Nullable Object, @Nullable Object>> ofEngine = new ArrayList<>();
    private final List<TaskHooks<@Nullable Object, @Nullable Object>> ofTask = new ArrayList<>();
    private final Gate gate = new Gate();
    private Retry retry = Retry.none();
    private @Nullable TestErrand test;

    private interface Step {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    @AfterEach
    void close() {
        if (test != null) {
            test.close();
        }
    }

    private Run<Object> trigger(Step step) {
        test = TestStore.open(builder -> ofEngine.forEach(builder::hooks));
        var task = Task.named("task", String.class, Object.class).retry(retry);
        ofTask.forEach(task::hooks);
        Task<String, Object> built = task.run((payload, run) -> {
            trace.add("run");
            return step.run(run);
        });
        test.errand().put(built);
        return test.errand().trigger(built, "payload");
    }

    private TestErrand test() {
        assertThat(test).isNotNull();
        return test;
    }

    private static Step fail() {
        return run -> {
            throw new IllegalStateException("boom");
        };
    }

    @Test
    void theOrderOfAnAttemptThatSucceeds() throws InterruptedException { // case 123
        ofTask.add(new Traced("", trace));
        assertThat(test(trigger(run -> "done"))).isCompleted();
        assertThat(trace)
                .containsExactly(
                        "before",
                        "init",
                        "onStart",
                        "onStartAttempt",
                        "run",
                        "onSuccess",
                        "onComplete",
                        "cleanup",
                        "after");
    }

    private <O> Run<O> test(Run<O> run) throws InterruptedException {
        return test().finish(run);
    }

    @Test
    void middlewaresAreAroundEachOther() throws InterruptedException { // case 124
        ofEngine.add(new Traced("1-", trace));
        ofEngine.add(new Traced("2-", trace));
        ofTask.add(new Traced("task-", trace));
        assertThat(test(trigger(run -> "done"))).isCompleted();
        assertThat(trace)
                .filteredOn(entry -> entry.equals("run") || entry.endsWith("before") || entry.endsWith("after"))
                .containsExactly("1-before", "2-before", "task-before", "run", "task-after", "2-after", "1-after");
    }

    @Test
    void eachIsCalledAsOftenAsItSays() throws InterruptedException { // case 125
        retry = Retry.fixed(Duration.ofSeconds(1)).attempts(5);
        ofTask.add(new Traced("", trace));
        Run<Object> run = test(trigger(it -> {
            if (it.attempt() < 3) {
                throw new IllegalStateException("boom");
            }
            return "done";
        }));
        assertThat(run).isCompleted().hasAttempts(3);
        assertThat(count("onStart")).isEqualTo(1);
        assertThat(count("onStartAttempt")).isEqualTo(3);
        assertThat(count("onError")).isEqualTo(2);
        assertThat(count("cleanup")).isEqualTo(3);
        assertThat(count("onSuccess")).isEqualTo(1);
        assertThat(count("onFailure")).isZero();
    }

    private int count(String what) {
        return Collections.frequency(trace, what);
    }

    @Test
    void whatInitReturnsIsMergedAndTheTaskWins() throws InterruptedException { // case 126
        ofEngine.add(new Traced("", trace) {
            @Override
            public Object init(@Nullable Object payload, RunContext run) {
                return Map.of("db", "x", "mail", "m");
            }
        });
        ofTask.add(new Traced("", trace) {
            @Override
            public Object init(@Nullable Object payload, RunContext run) {
                return Map.of("db", "y");
            }

            @Override
            public void cleanup(@Nullable Object payload, RunContext run) {
                write("cleanup of " + run.init());
            }
        });
        assertThat(test(trigger(run -> run.init()))).isCompleted().hasOutput(Map.of("db", "y", "mail", "m"));
        assertThat(trace)
                .anySatisfy(entry -> assertThat(entry).startsWith("cleanup of").contains("db=y", "mail=m"));
    }

    @Test
    void whatIsNoMapIsIgnored() throws InterruptedException { // case 127
        ofTask.add(new Traced("", trace) {
            @Override
            public Object init(@Nullable Object payload, RunContext run) {
                return List.of(1);
            }
        });
        assertThat(test(trigger(run -> run.init().size()))).isCompleted().hasOutput(0);
    }

    @Test
    void anErrorOfInitFailsTheAttempt() throws InterruptedException { // case 128
        ofTask.add(new Traced("", trace) {
            @Override
            public Object init(@Nullable Object payload, RunContext run) {
                throw new IllegalStateException("no database");
            }
        });
        assertThat(test(trigger(run -> "done"))).hasState(RunState.FAILED).hasFailure(FailureKind.ERROR, "no database");
        assertThat(trace).containsExactly("before", "onError", "onFailure", "onComplete", "cleanup", "after");
    }

    @Test
    void errorsAfterTheSuccessAreWrittenDown() throws InterruptedException { // case 129
        ofTask.add(new Traced("", trace) {
            @Override
            public void onSuccess(@Nullable Object payload, @Nullable Object output, RunContext run) {
                throw new IllegalStateException("no mail for " + output);
            }

            @Override
            public void onComplete(@Nullable Object payload, Result<@Nullable Object> result, RunContext run) {
                throw new IllegalStateException("nor now, " + result.ok());
            }
        });
        Run<Object> run = test(trigger(it -> "done"));
        assertThat(run).isCompleted();
        assertThat(run.log())
                .extracting(LogLine::message)
                .satisfiesExactly(
                        first -> assertThat(first).contains("onSuccess", "no mail for done"),
                        second -> assertThat(second).contains("onComplete", "nor now, true"));
    }

    @Test
    void theFirstAnswerToAnErrorCountsTheTasksFirst() throws InterruptedException { // case 130
        retry = Retry.fixed(Duration.ofSeconds(1)).attempts(3);
        ofEngine.add(new Traced("", trace) {
            @Override
            public RetryDecision catchError(@Nullable Object payload, FailedAttempt failed, RunContext run) {
                write("engine asked after " + failed.attempt() + ", "
                        + failed.delay().orElseThrow());
                return RetryDecision.abort();
            }
        });
        ofTask.add(new Traced("", trace) {
            @Override
            public @Nullable RetryDecision catchError(@Nullable Object payload, FailedAttempt failed, RunContext run) {
                write("task asked");
                return null;
            }
        });
        assertThat(test(trigger(fail())))
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.DECLARED, "boom")
                .hasAttempts(1);
        assertThat(trace)
                .containsSubsequence("run", "task asked", "engine asked after 1, PT1S", "onError", "onFailure");
    }

    @Test
    void anAnswerMaySayWhen() throws InterruptedException { // case 131
        retry = Retry.fixed(Duration.ofSeconds(1)).attempts(2);
        ofTask.add(catching(RetryDecision.after(Duration.ofSeconds(30))));
        Run<Object> run = trigger(fail());
        test().until(run, RunState.RETRYING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plusSeconds(30));
        assertThat(test(run)).hasState(RunState.FAILED).hasAttempts(2);
        assertThat(run.attempts().getLast().startedAt()).isEqualTo(SettableClock.START.plusSeconds(30));
    }

    @Test
    void anAnswerMayBeAnotherPolicy() throws InterruptedException {
        ofTask.add(
                catching(RetryDecision.with(Retry.fixed(Duration.ofMinutes(5)).attempts(2))));
        Run<Object> run = trigger(fail());
        test().until(run, RunState.RETRYING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plusSeconds(300));
        assertThat(test(run)).hasState(RunState.FAILED).hasAttempts(2);
    }

    private Traced catching(RetryDecision decision) {
        return new Traced("", trace) {
            @Override
            public RetryDecision catchError(@Nullable Object payload, FailedAttempt failed, RunContext run) {
                return decision;
            }

            @Override
            public void onFailure(@Nullable Object payload, Throwable error, RunContext run) {
                write("failed with " + error.getMessage());
            }
        };
    }

    @Test
    void anAnswerMayReplaceTheError() throws InterruptedException { // case 132
        ofTask.add(catching(RetryDecision.retry().replacing(new IllegalArgumentException("order 7 is unknown"))));
        assertThat(test(trigger(fail()))).hasState(RunState.FAILED).hasFailure(FailureKind.ERROR, "order 7 is unknown");
        assertThat(trace).contains("failed with order 7 is unknown");
    }

    @Test
    void anAbortAsksNobodyAndTellsOfTheFailureOnce() throws InterruptedException { // case 122
        retry = Retry.fixed(Duration.ofSeconds(1)).attempts(3);
        ofTask.add(new Traced("", trace) {
            @Override
            public RetryDecision catchError(@Nullable Object payload, FailedAttempt failed, RunContext run) {
                throw new AssertionError("asked");
            }
        });
        Run<Object> run = test(trigger(it -> {
            throw new AbortException("enough");
        }));
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.DECLARED, "enough")
                .hasAttempts(1);
        assertThat(count("onFailure")).isEqualTo(1);
    }

    @Test
    void anAnswerThatFailsEndsTheRun() throws InterruptedException {
        retry = Retry.fixed(Duration.ofSeconds(1)).attempts(3);
        ofTask.add(new Traced("", trace) {
            @Override
            public RetryDecision catchError(@Nullable Object payload, FailedAttempt failed, RunContext run) {
                throw new IllegalStateException("no idea");
            }
        });
        assertThat(test(trigger(fail())))
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.HANDLER, "no idea")
                .hasAttempts(1);
        assertThat(trace).containsExactly("before", "init", "onStart", "onStartAttempt", "run", "cleanup", "after");
    }

    @Test
    void aMiddlewareHasToGoOn() throws InterruptedException {
        ofTask.add(new Traced("", trace) {
            @Override
            public void middleware(@Nullable Object payload, RunContext run, Next next) {
                write("stops here");
            }
        });
        Run<Object> run = test(trigger(it -> "done"));
        assertThat(run).hasState(RunState.FAILED);
        assertThat(run.info().failure().message()).contains("did not call next");
        assertThat(trace).containsExactly("stops here", "onError", "onFailure", "onComplete");
    }

    @Test
    void anErrorOfCleanupFailsTheAttempt() throws InterruptedException {
        retry = Retry.fixed(Duration.ofSeconds(1)).attempts(2);
        ofTask.add(new Traced("", trace) {
            @Override
            public void cleanup(@Nullable Object payload, RunContext run) {
                if (run.attempt() == 1) {
                    throw new IllegalStateException("still locked");
                }
            }
        });
        assertThat(test(trigger(run -> "done"))).isCompleted().hasAttempts(2);
        assertThat(count("onError")).isEqualTo(1);
    }

    @Test
    void anOutputThatCannotBeWrittenFailsWithoutSuccess() throws InterruptedException {
        ofTask.add(new Traced("", trace));
        assertThat(test(trigger(run -> new CompletableFuture<>() {
                    @Override
                    public boolean isDone() {
                        throw new IllegalStateException("closed");
                    }
                })))
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.UNSERIALIZABLE);
        assertThat(trace).doesNotContain("onSuccess").contains("onFailure", "onComplete", "cleanup");
    }

    @Test
    void aTimeoutCallsNothingMore() throws InterruptedException {
        ofTask.add(new Traced("", trace));
        test = TestStore.open(builder -> {});
        var task = Task.named("slow", String.class, Object.class).timeout(Duration.ofSeconds(5));
        ofTask.forEach(task::hooks);
        test.errand().put(task.run((payload, run) -> {
            gate.pass();
            return "late";
        }));
        Run<?> run = test.errand().trigger("slow", "");
        test.until(run, RunState.EXECUTING);
        test.clock().advance(Duration.ofSeconds(5));
        test.until(run, RunState.TIMED_OUT);
        test.runUntilIdle();
        assertThat(trace).doesNotContain("onSuccess", "onError", "onFailure", "onComplete", "cleanup", "onCancel");
    }

    @Test
    void aCancelIsToldWhileTheBodyExecutes() throws InterruptedException {
        ofTask.add(new Traced("", trace));
        Run<Object> run = trigger(it -> {
            gate.pass();
            return "late";
        });
        test().until(run, RunState.EXECUTING);
        run.cancel("enough");
        test().until(run, RunState.CANCELED);
        assertThat(trace)
                .contains("onCancel")
                .doesNotContain("onSuccess", "onError", "onFailure", "onComplete", "cleanup");
    }

    @Test
    void theEnginesPolicyIsForTasksThatHaveNone() throws InterruptedException { // case 120
        test = TestStore.open(
                builder -> builder.retry(Retry.fixed(Duration.ofSeconds(1)).attempts(5)));
        test.errand().put(Task.named("plain", String.class).run((payload, run) -> fail().run(run)));
        test.errand()
                .put(Task.named("own", String.class)
                        .retry(Retry.fixed(Duration.ofSeconds(1)).attempts(2))
                        .run((payload, run) -> fail().run(run)));
        assertThat(test.finish(test.errand().trigger("plain", ""))).hasAttempts(5);
        assertThat(test.finish(test.errand().trigger("own", ""))).hasAttempts(2);
    }

    @Test
    void theEnginesRetriesAreItsAttemptsButTheFirst() throws InterruptedException {
        test = TestStore.open(
                builder -> builder.retry(Retry.fixed(Duration.ofSeconds(1)).maxRetries(4)));
        test.errand().put(Task.named("plain", String.class).run((payload, run) -> fail().run(run)));
        assertThat(test.finish(test.errand().trigger("plain", ""))).hasAttempts(5);
    }
}
