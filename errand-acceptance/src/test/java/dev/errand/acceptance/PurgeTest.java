package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.PurgeCounts;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many runs deleted by what they have in common. */
class PurgeTest {
    private static final RunQuery BATCH = RunQuery.all().names("batch");

    private final Gate gate = new Gate();
    private final Task<String, ?> works = Task.named("works", String.class).run((payload, run) -> {
        if (payload.equals("block")) {
            gate.pass();
        }
    });

    @AutoClose
    private final TestErrand test = TestStore.open(works);

    private Run<?> trigger(String payload, String name) {
        return test.errand().trigger(works, payload, TriggerOptions.none().name(name));
    }

    private List<RunId> found(RunQuery query) {
        return test.errand().runs(query).items().stream().map(RunInfo::id).toList();
    }

    @Test
    void runsOfANameAreFoundAndDeletedTogether() throws InterruptedException { // case 65
        Run<?> ended = test.finish(trigger("", "batch"));
        Run<?> executing = trigger("block", "batch");
        Run<?> other = test.finish(trigger("", "other"));
        gate.awaitArrivals(1);
        test.until(executing, RunState.EXECUTING);
        assertThat(found(BATCH)).containsExactlyInAnyOrder(executing.id(), ended.id());
        assertThat(test.errand().forcePurge(BATCH)).isEqualTo(new PurgeCounts(2, 0));
        gate.awaitInterrupt();
        assertThat(found(RunQuery.all())).containsExactly(other.id());
        assertThat(trigger("", "batch")).as("its slot is free").endsWithin(SOON).isCompleted();
    }

    @Test
    void withoutForceWhatExecutesIsLeft() throws InterruptedException { // cases 65 and 66
        test.finish(trigger("", "batch"));
        Run<?> executing = trigger("block", "batch");
        gate.awaitArrivals(1);
        test.until(executing, RunState.EXECUTING);
        assertThat(test.errand().purge(BATCH)).isEqualTo(new PurgeCounts(1, 1));
        assertThat(found(BATCH)).containsExactly(executing.id());
        gate.open();
        assertThat(executing).endsWithin(SOON).isCompleted();
        assertThat(test.errand().purge(BATCH)).isEqualTo(new PurgeCounts(1, 0));
        assertThat(test.errand().purge(BATCH)).isEqualTo(new PurgeCounts(0, 0));
    }

    @Test
    void bodiesOnAnotherNodeThatDoNotStopAreWaitedForTogether(@TempDir Path folder) throws InterruptedException {
        String url = TestStore.url(folder);
        int runs = 6;
        Task<Integer, ?> ignores = Task.named("ignores", Integer.class).run((n, run) -> {
            while (gate.passStubbornly()) {
                Thread.interrupted();
            }
        });
        try (Errand works = Errand.builder()
                        .store(url)
                        .tasks(ignores)
                        .concurrency(runs)
                        .drain(Duration.ZERO)
                        .open();
                Errand asks = Errand.builder().store(url).concurrency(0).open()) {
            for (int n = 0; n < runs; n++) {
                works.trigger(ignores, n);
            }
            gate.awaitArrivals(runs);
            RunQuery executing = RunQuery.all().states(RunState.EXECUTING);
            Soon.await(
                    "their starts are recorded",
                    () -> asks.runs(executing).items().size() == runs);
            long begun = System.nanoTime();
            assertThat(asks.forcePurge(RunQuery.all())).isEqualTo(new PurgeCounts(runs, 0));
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("not a wait for each")
                    .isLessThan(Duration.ofSeconds(2 * runs - 3));
            assertThat(asks.runs(RunQuery.all()).items()).isEmpty();
            gate.open();
        }
    }

    @Test
    void allPagesAreDeletedWhateverTheQuerySaysOfPages() throws InterruptedException {
        test.errand()
                .triggerAll(
                        works,
                        Collections.nCopies(650, ""),
                        TriggerOptions.none().tags("many"));
        Run<?> other = trigger("", "other");
        test.runUntilIdle();
        RunQuery many = RunQuery.all().tags("many").byStage().limit(7);
        String cursor = test.errand().runs(many).next().orElseThrow();
        assertThat(test.errand().purge(many.after(cursor))).isEqualTo(new PurgeCounts(650, 0));
        assertThat(found(RunQuery.all())).containsExactly(other.id());
    }
}
