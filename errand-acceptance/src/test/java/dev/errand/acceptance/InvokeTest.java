package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.AbortException;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunFailedException;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TaskQueue;
import dev.errand.Timeout;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that wait for children. */
class InvokeTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final AtomicInteger bodies = new AtomicInteger();
    private final List<String> childBodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger(Integer.MAX_VALUE);

    private final Task<String, String> child = Task.named("child", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                childBodies.add(payload);
                if (payload.startsWith("bad") && failures.getAndDecrement() > 0) {
                    throw new IllegalArgumentException("no " + payload);
                }
                return payload.toUpperCase(Locale.ROOT);
            });

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(child).concurrency(1));

    private Run<Object> trigger(Body body) {
        Task<String, Object> task = parent(body);
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    private Task<String, Object> parent(Body body) {
        return Task.named("parent", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(3))
                .run((payload, run) -> {
                    bodies.incrementAndGet();
                    return body.run(run);
                });
    }

    private List<RunInfo> children() {
        return test.errand().runs(RunQuery.all().tasks("child")).items();
    }

    // ── one child

    @Test
    void aBodyGetsItsChildsOutputAndHoldsNoSlotMeanwhile() throws InterruptedException { // concurrency is 1
        Run<Object> run = test.finish(trigger(context -> context.invoke(child, "a") + context.invoke(child, "b")));
        assertThat(run).isCompleted().hasOutput("AB").hasAttempts(1).hasSteps("child", "child");
        assertThat(childBodies).containsExactly("a", "b");
        assertThat(bodies).hasValue(3);
        assertThat(children()).extracting(RunInfo::parent).containsOnly(run.id());
        assertThat(run.steps()).extracting(Step::state).containsOnly(StepState.COMPLETED);
    }

    @Test
    void aParentThatWaitsSaysSo() throws InterruptedException {
        Run<Object> run = trigger(
                context -> context.invoke(child, "a", TriggerOptions.none().after(HOUR)));
        test.until(run, RunState.WAITING);
        assertThat(run.info().dueAt()).isNull();
        assertThat(test.errand().why(run.id())).contains("Attempt 1 waits for 'child' to end", "no slot");
        assertThat(run.steps()).extracting(Step::state).containsExactly(StepState.WAITING);
        assertThat(test.finish(run)).isCompleted().hasOutput("A");
    }

    @Test
    void theTimeoutOfAParentGoesOnWhileItWaits() throws InterruptedException {
        Task<String, String> outer = Task.named("outer", String.class, String.class)
                .timeout(Timeout.ofAttempt(HOUR.multipliedBy(2)))
                .run((payload, run) ->
                        run.invoke(child, payload, TriggerOptions.none().after(HOUR)));
        test.errand().put(outer);
        Run<String> run = test.errand().trigger(outer, "a");
        test.until(run, RunState.WAITING);
        assertThat(test.errand().why(run.id())).contains("as soon as that has, and times out", "(in 2h)");
        assertThat(test.finish(run)).isCompleted().hasOutput("A");

        Task<String, String> hasty = Task.named("hasty", String.class, String.class)
                .timeout(Timeout.ofAttempt(HOUR.dividedBy(2)))
                .run((payload, context) ->
                        context.invoke(child, payload, TriggerOptions.none().after(HOUR)));
        test.errand().put(hasty);
        assertThat(test.finish(test.errand().trigger(hasty, "a"))).hasState(RunState.TIMED_OUT);
    }

    @Test
    void parentAndChildShareAQueueOfOneAtATime() throws InterruptedException {
        TaskQueue one = TaskQueue.named("one").concurrency(1);
        Task<String, String> inner =
                Task.named("inner", String.class, String.class).queue(one).run((payload, run) -> payload);
        Task<String, String> outer = Task.named("outer", String.class, String.class)
                .queue(one)
                .run((payload, run) -> run.invoke(inner, payload));
        test.errand().put(inner);
        test.errand().put(outer);
        assertThat(test.finish(test.errand().trigger(outer, "x"))).isCompleted().hasOutput("x");
    }

    @Test
    void aParentThatWaitsLetsAnotherOfItsQueueStart() throws InterruptedException { // case 137
        TaskQueue one = TaskQueue.named("one").concurrency(1);
        Task<String, String> outer = Task.named("outer", String.class, String.class)
                .queue(one)
                .run((payload, run) ->
                        run.invoke(child, payload, TriggerOptions.none().after(HOUR)));
        test.errand().put(outer);
        Run<String> first = test.errand().trigger(outer, "1");
        test.until(first, RunState.WAITING);
        Run<String> second = test.errand().trigger(outer, "2");
        test.until(second, RunState.WAITING);
        assertThat(first).hasState(RunState.WAITING);
    }

    // ── children that fail

    @Test
    void aFailedChildIsThrownAtItsParent() throws InterruptedException { // case 153
        Run<Object> run = test.finish(trigger(context -> {
            try {
                return context.invoke(child, "bad");
            } catch (RunFailedException e) {
                return List.of(
                        e.run().toString(),
                        e.task(),
                        e.state().name(),
                        e.failure().orElseThrow().message());
            }
        }));
        RunId failed = children().getFirst().id();
        assertThat(run).isCompleted().hasOutput(List.of(failed.toString(), "child", "FAILED", "no bad"));
    }

    @Test
    void anotherAttemptTriggersAnotherChildInPlaceOfAFailedOne() throws InterruptedException {
        failures.set(1);
        Run<Object> run = test.finish(trigger(context -> context.invoke(child, "good") + context.invoke(child, "bad")));
        assertThat(run).isCompleted().hasAttempts(2).hasOutput("GOODBAD");
        assertThat(childBodies).as("what succeeded is kept").containsExactly("good", "bad", "bad");
    }

    @Test
    void aChildThatIsStillAtItIsAwaitedByTheNextAttempt() throws InterruptedException {
        Task<String, String> outer = Task.named("outer", String.class, String.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .hooks(new TaskHooks<String, String>() {
                    @Override
                    public void onWait(String payload, RunContext run) {
                        if (run.attempt() == 1) { // when the child is triggered, and its parent does not wait yet
                            throw new IllegalStateException("on purpose");
                        }
                    }
                })
                .run((payload, run) ->
                        run.invoke(child, payload, TriggerOptions.none().after(HOUR)));
        test.errand().put(outer);
        Run<String> run = test.finish(test.errand().trigger(outer, "a"));
        assertThat(run).isCompleted().hasAttempts(2).hasOutput("A");
        assertThat(children()).hasSize(1);
        assertThat(childBodies).containsExactly("a");
    }

    @Test
    void aChildThatIsCanceledOrDeletedCountsAsFailed() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            List<String> states = new ArrayList<>();
            for (RunResult<String> each : context.invokeAll(
                    child, List.of("a", "b"), TriggerOptions.none().after(HOUR))) {
                states.add(each.state() + " " + ((RunResult.Unsuccessful<String>) each).reason());
            }
            return states;
        });
        test.until(run, RunState.WAITING);
        List<RunInfo> both = children();
        test.errand().run(both.getLast().id()).cancel("enough");
        test.errand().run(both.getFirst().id()).purge();
        assertThat(test.finish(run)).isCompleted().hasOutput(List.of("CANCELED enough", "CANCELED it was deleted"));
    }

    // ── many

    @Test
    void resultsComeInTheOrderOfThePayloadsAndWaitForAll() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> context.invokeAll(child, List.of("a", "bad", "c")).stream()
                .map(each -> each.ok() ? each.unwrap() : "failed")
                .toList()));
        assertThat(run).isCompleted().hasOutput(List.of("A", "failed", "C"));
        assertThat(bodies).as("woken once").hasValue(2);
    }

    @Test
    void aThousandChildrenWakeTheirParentOnce() throws InterruptedException {
        List<String> payloads =
                IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
        Run<Object> run = test.finish(trigger(context -> context.invokeAll(child, payloads).stream()
                .map(RunResult::unwrap)
                .toList()));
        assertThat(run).isCompleted().hasOutput(payloads);
        assertThat(bodies).hasValue(2);
    }

    @Test
    void differentTasksAreAwaitedTogether() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context ->
                context
                        .invokeAll("both", List.of(TriggerRequest.of("child", "a"), TriggerRequest.of("CHILD", "b")))
                        .stream()
                        .map(each -> each.unwrap().text())
                        .toList()));
        assertThat(run).isCompleted().hasOutput(List.of("\"A\"", "\"B\"")).hasSteps("both");
    }

    @Test
    void ofNoneThereIsNothingToWaitFor() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> context.invokeAll(child, List.of())));
        assertThat(run).isCompleted().hasOutput(List.of()).hasSteps();
        assertThat(bodies).hasValue(1);
    }

    // ── what ends with whom

    @Test
    void aParentThatIsCanceledCancelsTheChildItWaitsFor() throws InterruptedException { // case 154
        Run<Object> run = trigger(
                context -> context.invoke(child, "a", TriggerOptions.none().after(HOUR)));
        test.until(run, RunState.WAITING);
        run.cancel("enough");
        assertThat(run).hasState(RunState.CANCELED);
        assertThat(children()).extracting(RunInfo::state).containsOnly(RunState.CANCELED);
    }

    @Test
    void aWaitForAChildOutlivesItsEngine(@TempDir Path folder) throws InterruptedException {
        String url = TestStore.url(folder);
        Task<String, Object> parent = parent(
                context -> context.invoke(child, "a", TriggerOptions.none().after(HOUR)));
        RunId id;
        SettableClock clock = new SettableClock();
        try (TestErrand first =
                TestErrand.open(clock, settings -> settings.store(url).tasks(parent, child))) {
            Run<Object> run = first.errand().trigger(parent, "");
            first.until(run, RunState.WAITING);
            id = run.id();
        }
        clock.advance(HOUR);
        try (TestErrand second =
                TestErrand.open(clock, settings -> settings.store(url).tasks(parent, child))) {
            assertThat(second.finish(second.errand().run(id, parent)))
                    .isCompleted()
                    .hasOutput("A");
        }
        assertThat(childBodies).containsExactly("a");
    }

    // ── bad input

    @Test
    void aChildTakesNoKeyAndIsNamedTheSameEachTime() throws InterruptedException {
        Run<Object> keyed = test.finish(trigger(
                context -> context.invoke(child, "a", TriggerOptions.none().idempotencyKey("k"))));
        assertThat(keyed).hasState(RunState.FAILED);
        assertThat(keyed.info().reason()).contains("takes no idempotency key");
        assertThat(children()).isEmpty();

        AtomicInteger calls = new AtomicInteger();
        Run<Object> changed = test.finish(trigger(context -> {
            context.invokeAll(child, calls.getAndIncrement() == 0 ? List.of("a") : List.of("a", "b"));
            throw new AbortException("not reached");
        }));
        assertThat(changed.info().reason()).contains("triggered", "children as 'child' and now wants");
    }

    @Test
    void aPayloadThatDoesNotFitTriggersNothing() throws InterruptedException {
        Run<Object> run = test.finish(trigger(context -> {
            try {
                return context.invoke("child", new Json("[1]"), TriggerOptions.none());
            } catch (InvalidPayloadException e) {
                return "refused";
            }
        }));
        assertThat(run).isCompleted().hasOutput("refused");
        assertThat(children()).isEmpty();
    }
}
