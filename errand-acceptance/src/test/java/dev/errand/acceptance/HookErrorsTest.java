package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks of an engine and of a task together, and what comes of the errors of each; see {@link HooksTest}. */
@Tag(TestStore.ONCE)
class HookErrorsTest {
    private static final Retry TWICE = Retry.fixed(Duration.ofSeconds(1)).attempts(2);

    private final List<String> trace = new CopyOnWriteArrayList<>();
    private final List<TaskHooks<@Nullable Object, @Nullable Object>> ofEngine = new ArrayList<>();
    private @Nullable TestErrand opened;

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    /** Asked about errors too, which it leaves to others; and throws one where it is told to, in the first attempt. */
    private final class Failing extends Traced {
        private final String where;
        private final boolean always;
        private boolean failed;

        Failing(String name, String where, boolean always) {
            super(name, trace);
            this.where = where;
            this.always = always;
        }

        @Override
        void write(String what) {
            super.write(what);
            if (what.equals(where) && (always || !failed)) {
                failed = true;
                throw new IllegalStateException("no " + what);
            }
        }

        @Override
        public @Nullable RetryDecision catchError(@Nullable Object payload, FailedAttempt failedOne, RunContext run) {
            write("catchError");
            return null;
        }
    }

    private Failing asked(String name) {
        return new Failing(name, "nowhere", false);
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private TestErrand test() {
        assertThat(opened).isNotNull();
        return opened;
    }

    private Run<Object> trigger(Retry retry, TaskHooks<@Nullable Object, @Nullable Object> hooks, Body body) {
        opened = TestStore.open(settings -> ofEngine.forEach(settings::hooks));
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(retry)
                .hooks(hooks)
                .run((payload, run) -> {
                    trace.add("run");
                    return body.run(run);
                });
        opened.errand().put(task);
        return opened.errand().trigger(task, "payload");
    }

    private Run<Object> finished(Retry retry, TaskHooks<@Nullable Object, @Nullable Object> hooks, Body body)
            throws InterruptedException {
        Run<Object> run = trigger(retry, hooks, body);
        return test().finish(run);
    }

    private static Body fails() {
        return run -> {
            throw new IllegalArgumentException("boom");
        };
    }

    // ── the order

    /** Of the engine's two and the task's, one kind after the other. */
    private static List<String> kinds(String... kinds) {
        return Stream.of(kinds)
                .flatMap(kind ->
                        kind.contains("run") ? Stream.of(kind) : Stream.of("1-" + kind, "2-" + kind, "task-" + kind))
                .toList();
    }

    @Test
    void hooksOfAKindAreCalledInTheirOrderTheEnginesFirst() throws InterruptedException {
        ofEngine.add(asked("1-"));
        ofEngine.add(asked("2-"));
        assertThat(finished(Retry.none(), asked("task-"), run -> "done")).isCompleted();
        assertThat(trace.subList(0, trace.size() - 3))
                .isEqualTo(kinds(
                        "before", "init", "onStart", "onStartAttempt", "run", "onSuccess", "onComplete", "cleanup"));
        assertThat(trace).endsWith("task-after", "2-after", "1-after");
    }

    @Test
    void soAreThoseOfAFailureButTheTaskIsAskedFirst() throws InterruptedException {
        ofEngine.add(asked("1-"));
        ofEngine.add(asked("2-"));
        assertThat(finished(Retry.none(), asked("task-"), fails())).hasState(RunState.FAILED);
        List<String> afterTheBody = trace.subList(trace.indexOf("run") + 1, trace.size());
        assertThat(afterTheBody).startsWith("task-catchError", "1-catchError", "2-catchError");
        assertThat(afterTheBody.subList(3, afterTheBody.size() - 3))
                .isEqualTo(kinds("onError", "onFailure", "onComplete", "cleanup"));
        assertThat(trace).endsWith("task-after", "2-after", "1-after");
    }

    // ── errors that fail the attempt

    /** What a middleware throws is like what the body throws: D10. */
    @ParameterizedTest
    @ValueSource(strings = {"before", "init", "onStart", "onStartAttempt"})
    void whatIsThrownBeforeTheBodyFailsTheAttemptAndItIsRetried(String where) throws InterruptedException {
        Run<Object> run = finished(TWICE, new Failing("", where, false), it -> "done");
        assertThat(run).isCompleted().hasAttempts(2);
        assertThat(run.attempts().getFirst().failure()).isNotNull();
        assertThat(String.valueOf(run.attempts().getFirst().failure())).contains("no " + where);
        assertThat(trace).containsSubsequence(where, "catchError", "onError", "before", "run", "onComplete");
        assertThat(trace).containsOnlyOnce("run", "onError", "onSuccess", "onComplete");
        assertThat(trace).doesNotContain("onFailure");
        assertThat(trace.subList(trace.lastIndexOf("before"), trace.size())).doesNotContain("onStart");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cleanup", "after"})
    void whatIsThrownAfterABodyThatReturnedFailsTheAttemptToo(String where) throws InterruptedException {
        Run<Object> run = finished(TWICE, new Failing("", where, true), it -> "done");
        assertThat(run).hasState(RunState.FAILED).hasAttempts(2).hasFailure(FailureKind.ERROR, "no " + where);
        assertThat(run.info().output()).isNull();
        assertThat(trace).containsSubsequence("run", where, "catchError", "onError", "run", "onFailure");
        assertThat(trace).containsOnlyOnce("onFailure");
    }

    @Test
    void ofAnAttemptThatHasFailedOnlyTheFirstErrorCounts() throws InterruptedException {
        Run<Object> run = finished(Retry.none(), new Failing("", "cleanup", true), fails());
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.ERROR, "boom")
                .hasLogged("no cleanup");
        assertThat(trace).containsOnlyOnce("onError", "onFailure", "onComplete");
    }

    @Test
    void aMiddlewareGoesOnOnce() throws InterruptedException {
        Run<Object> run = finished(
                Retry.none(),
                new Traced("", trace) {
                    @Override
                    public void middleware(@Nullable Object payload, RunContext it, Next next) {
                        next.proceed();
                        next.proceed();
                    }
                },
                it -> "done");
        assertThat(run).hasState(RunState.FAILED).hasFailureMessage("called next twice");
        assertThat(trace).containsOnlyOnce("run");
    }

    // ── errors that change nothing

    @ParameterizedTest
    @ValueSource(strings = {"onError", "onFailure", "onComplete"})
    void whatIsThrownAboutAFailureIsWrittenDownAndTheOthersAreCalled(String where) throws InterruptedException {
        ofEngine.add(new Failing("1-", where, true));
        Run<Object> run = finished(Retry.none(), asked(""), fails());
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.ERROR, "boom")
                .hasLogged("no " + where);
        assertThat(trace).containsSubsequence("1-" + where, where, "cleanup", "after", "1-after");
    }

    @Test
    void aBodyThatIsToWaitGoesOnThoughItsCleanupFailed() throws InterruptedException {
        Run<Object> run = finished(Retry.none(), new Failing("", "cleanup", false), it -> {
            it.sleep("a day", Duration.ofDays(1));
            return "done";
        });
        assertThat(run).isCompleted().hasLogged("no cleanup");
        assertThat(trace).containsOnlyOnce("onSuccess").doesNotContain("catchError", "onError", "onFailure");
    }

    // ── an output that is none

    @Test
    void anOutputThatCannotBeWrittenIsTheHooksErrorAndAsksNobody() throws InterruptedException {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        Run<Object> run = finished(
                TWICE,
                new Traced("", trace) {
                    @Override
                    public RetryDecision catchError(@Nullable Object payload, FailedAttempt failed, RunContext it) {
                        throw new AssertionError("asked");
                    }

                    @Override
                    public void onFailure(@Nullable Object payload, Throwable error, RunContext it) {
                        errors.add(error);
                    }
                },
                it -> {
                    List<Object> ring = new ArrayList<>();
                    ring.add(ring);
                    return ring;
                });
        assertThat(run)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.UNSERIALIZABLE)
                .hasAttempts(1);
        assertThat(errors)
                .singleElement()
                .satisfies(error -> assertThat(error.getClass().getName())
                        .isEqualTo(run.info().failure().type()));
    }
}
