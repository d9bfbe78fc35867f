package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retry;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunFailedException;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.Timeout;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What becomes of parents, of the children they wait for and of others. */
class ParentsTest {
    private static final TriggerOptions IN_AN_HOUR = TriggerOptions.none().after(Duration.ofHours(1));

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private interface Waiting {
        void run() throws Exception;
    }

    private final List<String> childBodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger(Integer.MAX_VALUE);
    private final List<String> canceled = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    private final Task<String, String> child = Task.named("child", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                childBodies.add(payload);
                if (payload.equals("bad") && failures.getAndDecrement() > 0) {
                    throw new IllegalArgumentException("no " + payload);
                }
                return payload.toUpperCase(Locale.ROOT);
            });

    private final TaskHooks<@Nullable Object, @Nullable Object> hooks = new TaskHooks<>() {
        @Override
        public void onStartAttempt(@Nullable Object payload, RunContext run) {
            if (run.tags().contains("hook")) {
                refuse(() -> run.invoke(child, "by the hook"));
            }
        }

        @Override
        public void onCancel(@Nullable Object payload, CompletionStage<?> end, RunContext run) {
            canceled.add(run.task());
        }
    };

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(child).hooks(hooks).concurrency(1));

    private Run<Object> trigger(Body body) {
        return trigger(Timeout.never(), TriggerOptions.none(), body);
    }

    private Run<Object> trigger(Timeout timeout, TriggerOptions options, Body body) {
        Task<String, Object> parent = Task.named("parent", String.class, Object.class)
                .retry(Retry.none())
                .timeout(timeout)
                .run((payload, run) -> body.run(run));
        test.errand().put(parent);
        return test.errand().trigger(parent, "", options);
    }

    private List<RunInfo> children() {
        return test.errand().runs(RunQuery.all().tasks("child")).items();
    }

    private Run<String> onlyChild() {
        assertThat(children()).hasSize(1);
        return test.errand().run(children().getFirst().id(), child);
    }

    // ── again

    @Test
    void aParentThatIsRetriedByHandTriggersAnotherChildInPlaceOfTheOneThatFailed() throws InterruptedException {
        failures.set(1);
        Run<Object> run = test.finish(trigger(context -> context.invoke(child, "good") + context.invoke(child, "bad")));
        assertThat(run).hasState(RunState.FAILED);
        assertThat(run.forceRetry()).isEqualTo(RetryAnswer.RETRIED);
        assertThat(test.finish(run)).isCompleted().hasAttempts(2).hasOutput("GOODBAD");
        assertThat(childBodies).containsExactly("good", "bad", "bad");
    }

    @Test
    void theReplayOfAParentHasChildrenOfItsOwn() throws InterruptedException { // case 156
        failures.set(1);
        Run<Object> failed = test.finish(trigger(context -> context.invoke(child, "bad")));
        assertThat(failed).hasState(RunState.FAILED);
        Run<Object> replay = test.finish(failed.replay());
        assertThat(replay).isCompleted().hasOutput("BAD");
        assertThat(replay.info().replayOf()).isEqualTo(failed.id());
        assertThat(children()).extracting(RunInfo::parent).containsExactlyInAnyOrder(failed.id(), replay.id());
    }

    @Test
    void whatAChildTakesDoesNotCountTowardsItsParentsMaximumDuration() throws InterruptedException { // case 158
        Task<String, String> parent = Task.named("parent", String.class, String.class)
                .maxDuration(Duration.ofSeconds(5))
                .run((payload, run) -> {
                    run.step("three seconds", () -> test.clock().advance(Duration.ofSeconds(3)));
                    String output = run.invoke(child, "a", IN_AN_HOUR);
                    test.clock().advance(Duration.ofSeconds(1));
                    return output;
                });
        test.errand().put(parent);
        assertThat(test.finish(test.errand().trigger(parent, ""))).isCompleted().hasOutput("A");
    }

    // ── its end

    @Test
    void childrenOutliveAParentThatFails() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            context.trigger(child, "a", IN_AN_HOUR);
            throw new IllegalStateException("on purpose");
        }));
        assertThat(run).hasState(RunState.FAILED);
        assertThat(onlyChild()).hasState(RunState.DELAYED);
        assertThat(test.finish(onlyChild())).isCompleted().hasOutput("A");
    }

    @Test
    void theChildOfAParentThatTimedOutWhileItWaitedGoesOn() throws InterruptedException {
        Timeout halfAnHour = Timeout.ofAttempt(Duration.ofMinutes(30));
        Run<Object> run = test.finish(
                trigger(halfAnHour, TriggerOptions.none(), context -> context.invoke(child, "a", IN_AN_HOUR)));
        assertThat(run).hasState(RunState.TIMED_OUT);
        assertThat(onlyChild()).hasState(RunState.DELAYED);
        assertThat(test.finish(onlyChild())).isCompleted().hasOutput("A");
        assertThat(run).hasState(RunState.TIMED_OUT);
    }

    @Test
    void aParentThatIsCancelledWhileItWaitsIsToldNothingAndLeavesADetachedChildAlone() throws InterruptedException {
        Run<Object> run = trigger(context -> context.invoke(child, "a", IN_AN_HOUR.detached()));
        test.until(run, RunState.WAITING);
        run.cancel();
        assertThat(run).hasState(RunState.CANCELED);
        assertThat(onlyChild()).hasState(RunState.DELAYED);
        assertThat(test.finish(onlyChild())).isCompleted().hasOutput("A");
        assertThat(run).hasState(RunState.CANCELED);
        assertThat(canceled).as("its body is not at it").isEmpty();
    }

    // ── failures

    @Test
    void theResultOfAFailedChildThrowsWhenItIsUnwrapped() throws InterruptedException { // case 153
        Run<Object> run = test.finish(trigger(context -> {
            List<RunResult<String>> results = context.invokeAll(child, List.of("good", "bad"));
            List<String> said = new ArrayList<>(List.of(results.getFirst().unwrap()));
            try {
                said.add(results.getLast().unwrap());
            } catch (RunFailedException e) {
                said.addAll(List.of(
                        e.run().toString(), e.task(), e.failure().orElseThrow().message()));
            }
            return said;
        }));
        RunId failed = children().stream()
                .filter(each -> each.state() == RunState.FAILED)
                .findFirst()
                .orElseThrow()
                .id();
        assertThat(run).isCompleted().hasOutput(List.of("GOOD", failed.toString(), "child", "no bad"));
    }

    // ── bad input

    private void refuse(Waiting waiting) {
        try {
            waiting.run();
            refused.add("nothing was refused");
        } catch (Exception e) {
            refused.add(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    @Test
    void childrenAreAwaitedByTheBodyItselfAndByNothingElse() throws InterruptedException { // case 152
        Run<Object> run =
                test.finish(trigger(Timeout.never(), TriggerOptions.none().tags("hook"), context -> {
                    context.step("S", () -> refuse(() -> context.invoke(child, "in a step")));
                    context.lock("L").run(() -> refuse(() -> context.invoke(child, "with a lock")));
                    Thread.ofVirtual()
                            .start(() -> refuse(() -> context.invoke(child, "in another thread")))
                            .join();
                    return "";
                }));
        assertThat(run).isCompleted();
        assertThat(refused)
                .hasSize(4)
                .allMatch(each -> each.startsWith("IllegalStateException: 'child' was not triggered: "));
        assertThat(refused.get(0)).contains("only the body of a task waits, not the hooks around it");
        assertThat(refused.get(1)).contains("inside step 'S'");
        assertThat(refused.get(2)).contains("holds a lock");
        assertThat(refused.get(3)).contains("only the thread that the task's body was called on");
        assertThat(children()).isEmpty();
    }
}
