package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.AbortException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunFailedException;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs that a body triggers belong to its run. */
class ChildrenTest {
    private final Gate gate = new Gate();
    private final List<Run<?>> children = new CopyOnWriteArrayList<>();
    private final List<String> canceled = new CopyOnWriteArrayList<>();
    private final List<Throwable> unwrapped = new CopyOnWriteArrayList<>();

    private final TaskHooks<@Nullable Object, @Nullable Object> hooks = new TaskHooks<>() {
        @Override
        public void onCancel(@Nullable Object payload, CompletionStage<?> end, RunContext run) {
            canceled.add(run.task());
        }
    };

    private final Task<String, String> child = Task.named("child", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                if (payload.equals("abort")) {
                    throw new AbortException("no way");
                }
                gate.pass();
                return payload;
            });

    private final Task<String, String> parent = Task.named("parent", String.class, String.class)
            .run((payload, run) -> {
                children.add(run.trigger(child, "1"));
                children.add(run.trigger(child, "2"));
                children.add(run.trigger(child, "3", TriggerOptions.none().after(Duration.ofHours(1))));
                children.add(run.trigger(child, "4", TriggerOptions.none().detached()));
                gate.pass();
                return "done";
            });

    private final Task<String, String> asking = Task.named("asking", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                Run<String> asked = run.trigger(child, payload);
                children.add(asked);
                try {
                    return asked.future().toCompletableFuture().get(Soon.SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    unwrapped.add(e.getCause());
                    throw e;
                }
            });

    @AutoClose
    private final TestErrand test = TestStore.open(
            settings -> settings.tasks(child, parent, asking).hooks(hooks).concurrency(1));

    private Run<String> started() throws InterruptedException {
        Run<String> run = test.errand().trigger(parent, "");
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        return run;
    }

    @Test
    void childrenAreCanceledWithTheirParent() throws InterruptedException { // case 154
        Run<String> run = started();
        assertThat(children)
                .extracting(each -> each.info().parent())
                .containsExactly(run.id(), run.id(), run.id(), null);
        assertThat(children)
                .extracting(Run::state)
                .containsExactly(RunState.QUEUED, RunState.QUEUED, RunState.DELAYED, RunState.QUEUED);
        run.cancel();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        for (Run<?> queuedOrDelayed : children.subList(0, 3)) {
            assertThat(queuedOrDelayed).hasState(RunState.CANCELED).hasReason("its parent " + run.id());
        }
        gate.open();
        assertThat(test.finish(children.get(3))).isCompleted();
        assertThat(canceled).containsExactly("parent");
    }

    @Test
    void aChildThatExecutesIsStoppedToo() throws InterruptedException {
        test.errand().concurrency(2);
        Run<String> run = started();
        gate.awaitArrivals(1);
        test.until(children.getFirst(), RunState.EXECUTING);
        run.cancel();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        assertThat(children.getFirst()).endsWithin(SOON).hasState(RunState.CANCELED);
        gate.open();
    }

    @Test
    void childrenOutliveAParentThatEndsByItself() throws InterruptedException {
        Run<String> run = started();
        gate.open();
        assertThat(run).endsWithin(SOON).isCompleted();
        assertThat(test.finish(children.getFirst())).isCompleted();
        assertThat(children.get(2)).hasState(RunState.DELAYED);
    }

    @Test
    void theErrorOfAChildNamesItAndItsCause() throws InterruptedException { // case 153
        test.errand().concurrency(2);
        Run<String> run = test.finish(test.errand().trigger(asking, "abort"));
        RunId failed = children.getFirst().id();
        assertThat(unwrapped).singleElement().isInstanceOfSatisfying(RunFailedException.class, error -> {
            assertThat(error.run()).isEqualTo(failed);
            assertThat(error.task()).isEqualTo("child");
            assertThat(error.failure()).hasValueSatisfying(cause -> {
                assertThat(cause.type()).isEqualTo(AbortException.class.getName());
                assertThat(cause.message()).isEqualTo("no way");
            });
        });
        assertThat(run).hasState(RunState.FAILED).hasFailure(ExecutionException.class);
        assertThat(run.info().failure())
                .isNotNull()
                .satisfies(cause -> assertThat(cause.message()).contains(failed.toString(), "child", "no way"));
    }
}
