package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.LoopAnswer;
import dev.errand.Page;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ListingTest {
    private static final Instant T = SettableClock.START;

    private final Gate gate = new Gate();
    private final Task<String, ?> x = task("X");
    private final Task<String, ?> y = task("Y");

    @AutoClose
    private final TestErrand test = TestStore.open(x, y);

    private Task<String, ?> task(String id) {
        return Task.named(id, String.class).retry(Retry.none()).run((payload, run) -> {
            switch (payload) {
                case "fail" -> throw new IllegalStateException("boom");
                case "block" -> gate.pass();
                default -> {}
            }
        });
    }

    private List<RunId> found(RunQuery query) {
        return test.errand().runs(query).items().stream().map(RunInfo::id).toList();
    }

    private Run<?> trigger(Task<String, ?> task, String payload, TriggerOptions options) {
        return test.errand().trigger(task, payload, options);
    }

    @Test
    void filtersOfOneKindAreJoinedByOrAndDifferentKindsByAnd() throws InterruptedException { // case 42
        Run<?> xFailed = trigger(x, "fail", TriggerOptions.none());
        Run<?> yFailed = trigger(y, "fail", TriggerOptions.none());
        Run<?> xRunning = trigger(x, "block", TriggerOptions.none());
        Run<?> yRunning = trigger(y, "block", TriggerOptions.none());
        gate.awaitArrivals(2);
        for (Run<?> run : List.of(xRunning, yRunning)) {
            test.until(run, RunState.EXECUTING);
        }
        for (Run<?> run : List.of(xFailed, yFailed)) {
            test.until(run, RunState.FAILED);
        }
        RunQuery all = RunQuery.all();
        assertThat(found(all.tasks("x").states(RunState.FAILED))).containsExactly(xFailed.id());
        assertThat(found(all.tasks("X", "y").states(RunState.FAILED))).containsExactly(yFailed.id(), xFailed.id());
        assertThat(found(all.tasks("x").states(RunState.FAILED, RunState.EXECUTING)))
                .containsExactly(xRunning.id(), xFailed.id());
        assertThat(found(all.tasks("unknown"))).isEmpty();
        assertThat(found(all)).hasSize(4);
    }

    @Test
    void runsAreFoundByIds() throws InterruptedException { // case 43
        Run<?> a = trigger(x, "", TriggerOptions.none());
        Run<?> b = trigger(y, "", TriggerOptions.none());
        trigger(y, "", TriggerOptions.none());
        test.runUntilIdle();
        assertThat(found(RunQuery.all().ids(a.id(), b.id(), RunId.next()))).containsExactly(b.id(), a.id());
    }

    @Test
    void anEndedRunLeavesTheActiveListAfterAMinuteAndStaysInTheHistory() throws InterruptedException { // case 44
        Run<?> run = test.finish(trigger(x, "", TriggerOptions.none()));
        RunQuery active = RunQuery.all().onlyActive();
        test.advance(Duration.ofSeconds(59));
        assertThat(found(active)).containsExactly(run.id());
        test.advance(Duration.ofSeconds(2));
        assertThat(found(active)).isEmpty();
        assertThat(found(RunQuery.all())).containsExactly(run.id());
    }

    @Test
    void runsAreFoundByNameTagAndTime() throws InterruptedException { // case 65
        TriggerOptions batch = TriggerOptions.none().name("batch");
        Run<?> first = trigger(x, "", batch.tags("red", "big"));
        test.clock().advance(Duration.ofSeconds(10));
        Run<?> second = trigger(y, "", batch.tags("red"));
        test.clock().advance(Duration.ofSeconds(10));
        Run<?> third = trigger(x, "", TriggerOptions.none().tags("blue"));
        test.runUntilIdle();
        RunQuery all = RunQuery.all();
        assertThat(found(all.names("batch"))).containsExactly(second.id(), first.id());
        assertThat(found(all.tags("red", "blue"))).containsExactly(third.id(), second.id(), first.id());
        assertThat(found(all.tags("big").tasks("x"))).containsExactly(first.id());
        assertThat(found(all.names("batch").tags("blue"))).isEmpty();
        assertThat(found(all.createdFrom(T.plusSeconds(10)).createdUntil(T.plusSeconds(20))))
                .containsExactly(second.id());
        assertThat(first.info().tags()).containsExactly("red", "big");
        assertThat(first.info().name()).isEqualTo("batch");
    }

    @Test
    void pagesLeaveOutNothingAndRepeatNothing() throws InterruptedException {
        List<RunId> ids = new ArrayList<>(IntStream.range(0, 25)
                .mapToObj(
                        i -> trigger(x, "", TriggerOptions.none().tags("many")).id())
                .toList());
        test.runUntilIdle();
        RunQuery query = RunQuery.all().tags("many").limit(10);
        Page<RunInfo> page = test.errand().runs(query);
        List<RunInfo> items = new ArrayList<>(page.items());
        trigger(x, "", TriggerOptions.none().tags("many")); // newer than the first page: not on a later one
        while (page.cursor() != null) {
            page = test.errand().runs(query.after(page.cursor()));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(10).isNotEmpty();
            items.addAll(page.items());
        }
        assertThat(items).extracting(RunInfo::id).containsExactlyElementsOf(ids.reversed());
    }

    @Test
    void runsAreListedByTheirStage() throws InterruptedException { // case 113, the order
        Run<?> delayed = trigger(x, "", TriggerOptions.none().after(Duration.ofHours(1)));
        Task<String, ?> loops = Task.named("loops", String.class)
                .run((payload, run) -> run.loop("round", Duration.ofHours(1), iteration -> LoopAnswer.again()));
        Task<String, ?> retries = Task.named("retries", String.class)
                .retry(Retry.fixed(Duration.ofHours(1)))
                .run((payload, run) -> {
                    throw new IllegalStateException("boom");
                });
        test.errand().put(loops);
        test.errand().put(retries);
        Run<?> looping = trigger(loops, "", TriggerOptions.none());
        test.until(looping, RunState.WAITING);
        Run<?> retrying = trigger(retries, "", TriggerOptions.none());
        test.until(retrying, RunState.RETRYING);
        Run<?> executing = trigger(x, "block", TriggerOptions.none());
        gate.awaitArrivals(1);
        test.until(executing, RunState.EXECUTING);
        Run<?> failed = trigger(x, "fail", TriggerOptions.none());
        test.until(failed, RunState.FAILED);
        Run<?> completed = trigger(x, "", TriggerOptions.none());
        test.until(completed, RunState.COMPLETED);

        List<RunId> inOrder =
                List.of(completed.id(), failed.id(), executing.id(), retrying.id(), looping.id(), delayed.id());
        assertThat(found(RunQuery.all().byStage())).isEqualTo(inOrder);
        assertThat(inPages(RunQuery.all().byStage().limit(1))).isEqualTo(inOrder);
        assertThat(inPages(RunQuery.all().byStage().limit(4))).isEqualTo(inOrder);
        assertThat(inPages(RunQuery.all().byStage().tasks("X").states(RunState.DELAYED, RunState.COMPLETED)))
                .containsExactly(completed.id(), delayed.id());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.errand().runs(RunQuery.all().byStage().after("9x")))
                .withMessageContaining("'9x'");
    }

    private List<RunId> inPages(RunQuery query) {
        List<RunId> ids = new ArrayList<>();
        Page<RunInfo> page = test.errand().runs(query);
        page.items().forEach(run -> ids.add(run.id()));
        while (page.cursor() != null) {
            page = test.errand().runs(query.after(page.cursor()));
            page.items().forEach(run -> ids.add(run.id()));
        }
        return ids;
    }

    @Test
    void aCursorThatIsNoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.errand().runs(RunQuery.all().after("page 2")))
                .withMessageContaining("'page 2'");
    }

    @Test
    void aListedRunTellsEverythingTheHandleTells() throws InterruptedException {
        Run<?> run = test.finish(
                trigger(x, "fail", TriggerOptions.none().name("n").tags("t").priority(7)));
        assertThat(test.errand().runs(RunQuery.all()).items()).containsExactly(run.info());
    }

    @Test
    void whySaysWhichAttemptComesNextAndBecauseOfWhat() throws InterruptedException {
        Task<String, ?> fails = Task.named("fails", String.class)
                .retry(Retry.fixed(Duration.ofMinutes(3)).attempts(5))
                .run((payload, run) -> {
                    throw new IllegalStateException("HTTP 503");
                });
        test.errand().put(fails);
        Run<?> run = test.errand().trigger(fails, "");
        test.until(run, RunState.RETRYING);
        assertThat(test.errand().why(run.id()))
                .isEqualTo("Attempt 2 of 5 starts " + run.info().dueAt() + " (in 3m), because attempt 1 failed: "
                        + "java.lang.IllegalStateException: HTTP 503.");
    }

    @Test
    void whySaysWhyARunIsNotRunning() throws InterruptedException {
        test.errand().concurrency(1);
        Run<?> delayed = trigger(x, "", TriggerOptions.none().after(Duration.ofHours(1)));
        Run<?> running = trigger(x, "block", TriggerOptions.none());
        gate.awaitArrivals(1);
        test.until(running, RunState.EXECUTING);
        Run<?> second = trigger(x, "", TriggerOptions.none());
        Run<?> third = trigger(x, "", TriggerOptions.none());
        assertThat(test.errand().why(delayed.id())).contains("delayed until", "in 1h");
        assertThat(test.errand().why(running.id())).contains("It is running: attempt 1");
        assertThat(test.errand().why(second.id())).contains("0 runs ahead").contains("are taken (1).");
        assertThat(test.errand().why(third.id())).contains("1 runs ahead");
        gate.open();
        test.runUntilIdle();
        assertThat(test.errand().why(third.id())).contains("completed");
        assertThat(test.errand()
                        .why(test.finish(trigger(x, "fail", TriggerOptions.none()))
                                .id()))
                .contains("FAILED", "boom");
    }
}
