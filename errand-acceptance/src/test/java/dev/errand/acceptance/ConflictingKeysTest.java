package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Batch;
import dev.errand.BatchOptions;
import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs with keys, in batches, and with children, where runs do not wait for a limit. */
class ConflictingKeysTest {
    private final Gate gate = new Gate();
    private final List<Run<String>> children = new CopyOnWriteArrayList<>();

    private final Task<String, String> child =
            Task.named("child", String.class, String.class).run((payload, run) -> payload);

    private final Task<String, String> work = Task.named("work", String.class, String.class)
            .queue(TaskQueue.named("one").concurrency(1))
            .retry(Retry.none())
            .run((payload, run) -> {
                children.add(run.trigger(child, payload, TriggerOptions.none().after(Duration.ofHours(1))));
                gate.pass();
                return payload;
            });

    @AutoClose
    private final TestErrand test = TestStore.open(child, work);

    private Run<String> executing(OnConflict policy) throws InterruptedException {
        test.errand().queues().limit("one", Limits.none().concurrency(1).onConflict(policy));
        Run<String> run = test.errand().trigger(work, "first");
        gate.awaitArrivals(1);
        return run;
    }

    @Test
    void aRunWithAKeyIsDroppedAsAnyOtherAndKeepsItsKey() throws InterruptedException {
        Run<String> first = executing(OnConflict.DROP);
        TriggerOptions key = TriggerOptions.none().idempotencyKey("k");
        Run<String> dropped = test.errand().trigger(work, "second", key);
        assertThat(dropped.isHit()).isFalse();
        assertThat(dropped).hasState(RunState.CANCELED).hasReason("dropped");
        assertThat(test.errand().trigger(work, "second", key).id()).isEqualTo(dropped.id());
        gate.open();
        test.until(first, RunState.COMPLETED);
        assertThat(test.errand().resetKey("work", "k")).isTrue();
        assertThat(test.finish(test.errand().trigger(work, "third", key))).isCompleted();
    }

    @Test
    void theRunsOfABatchConflictAsAnyOther() throws InterruptedException {
        executing(OnConflict.DROP);
        Batch<String> batch = test.errand().triggerBatch(work, List.of("second", "third"), BatchOptions.none());
        for (Run<String> run : batch.runs()) {
            assertThat(run).hasState(RunState.CANCELED).hasReason("dropped");
        }
        gate.open();
    }

    @Test
    void theChildrenOfARunThatIsReplacedAreCanceledToo() throws InterruptedException {
        Run<String> first = executing(OnConflict.REPLACE_EXECUTING);
        Run<String> next = test.errand().trigger(work, "second");
        assertThat(first).endsWithin(SOON).hasState(RunState.CANCELED);
        assertThat(children.getFirst()).hasState(RunState.CANCELED).hasReason("its parent " + first.id());
        gate.open();
        assertThat(test.finish(next)).isCompleted();
    }
}
