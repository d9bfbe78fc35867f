package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Batch;
import dev.errand.BatchEnd;
import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.BatchNotFoundException;
import dev.errand.BatchOptions;
import dev.errand.Errand;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.QueueNotFoundException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunFailedException;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BatchTest {
    private final Gate gate = new Gate();
    private final BlockingQueue<BatchEnd> completed = new LinkedBlockingQueue<>();
    private final BlockingQueue<BatchEnd> failed = new LinkedBlockingQueue<>();

    private final Task<Integer, Integer> twice = Task.named("double", Integer.class, Integer.class)
            .retry(Retry.none())
            .run((number, run) -> {
                if (number < 0) {
                    throw new IOException(number + " is below zero");
                }
                return 2 * number;
            });

    private final Task<Integer, ?> blocks = Task.named("blocks", Integer.class).run((number, run) -> gate.pass());

    private final Task<BatchEnd, ?> report =
            Task.named("report", BatchEnd.class).run((end, run) -> completed.add(end));

    private final Task<BatchEnd, ?> alarm = Task.named("alarm", BatchEnd.class).run((end, run) -> failed.add(end));

    private final BatchOptions both =
            BatchOptions.none().name("numbers").onComplete(report).onFailure(alarm);

    @AutoClose
    private final TestErrand test = TestStore.open(twice, blocks, report, alarm);

    private Errand errand() {
        return test.errand();
    }

    private void awaitComplete(Batch<?> batch) throws InterruptedException {
        Soon.await("it is found complete", () -> batch.info().completedAt() != null);
    }

    @Test
    void resultsComeInTheOrderOfTheTriggersWhateverFails() throws InterruptedException { // case 151
        Batch<Integer> batch = errand().triggerBatch(twice, List.of(1, -2, 3), BatchOptions.none());
        List<RunResult<Integer>> results = batch.await(SOON);
        assertThat(results).extracting(RunResult::ok).containsExactly(true, false, true);
        assertThat(results)
                .extracting(RunResult::run)
                .containsExactlyElementsOf(batch.runs().stream().map(Run::id).toList());
        assertThat(results.getFirst())
                .isEqualTo(new RunResult.Completed<>(results.getFirst().run(), 2));
        assertThat(results.get(1))
                .isInstanceOfSatisfying(
                        RunResult.Unsuccessful.class,
                        bad -> assertThat(bad.reason()).endsWith("-2 is below zero"));
    }

    @Test
    void whoUnwrapsAFailedOneIsToldWhichRunOfWhichTaskAndWhy() throws InterruptedException { // case 153
        Batch<Integer> batch = errand().triggerBatch(twice, List.of(-1), BatchOptions.none());
        Run<Integer> run = batch.runs().getFirst();
        batch.await(SOON);
        assertThatExceptionOfType(RunFailedException.class)
                .isThrownBy(() -> run.await(Duration.ZERO))
                .withMessageContainingAll(run.id().toString(), "double", "-1 is below zero")
                .satisfies(e -> assertThat(e.failure().orElseThrow().type()).isEqualTo(IOException.class.getName()));
    }

    @Test
    void aBodyMustNotWaitForABatch() throws InterruptedException { // case 152, turned round
        Task<Integer, ?> waits = Task.named("waits", Integer.class)
                .retry(Retry.none())
                .run((number, run) -> errand().triggerBatch(twice, List.of(number), BatchOptions.none())
                        .await(SOON));
        errand().add(waits);
        Run<?> run = test.finish(errand().trigger(waits, 1));
        assertThat(run).hasState(RunState.FAILED).hasReason("A task's body must not wait for batch");
    }

    @Test
    void callbacksAreTriggeredOnce() throws InterruptedException {
        Batch<Integer> batch = errand().triggerBatch(twice, List.of(1, -2, 3, -4), both);
        BatchEnd bad = Soon.next(failed);
        assertThat(bad.batch()).isEqualTo(batch.id().toString());
        assertThat(bad.unsuccessful()).isBetween(1, 2);
        assertThat(Soon.next(completed)).isEqualTo(new BatchEnd(batch.id().toString(), "numbers", 4, 2, 2));
        BatchInfo info = batch.info();
        assertThat(info.states()).containsOnlyKeys(RunState.COMPLETED, RunState.FAILED);
        assertThat(info.count(RunState.FAILED)).isEqualTo(2);
        assertThat(info.ended()).isEqualTo(4);
        assertThat(info.name()).isEqualTo("numbers");
        assertThat(info.onComplete()).isEqualTo("report");
        assertThat(info.completionRun()).isNotNull();
        assertThat(info.failureRun()).isNotNull();
        test.runUntilIdle();
        assertThat(errand().runs(RunQuery.all().tasks("report", "alarm")).items())
                .extracting(run -> run.id())
                .containsExactlyInAnyOrder(info.completionRun(), info.failureRun());
        assertThat(completed).isEmpty();
        assertThat(failed).isEmpty();
    }

    @Test
    void theFirstFailureIsToldWhileOthersStillRun() throws InterruptedException {
        Batch<Json> batch =
                errand().triggerBatch(List.of(TriggerRequest.of("blocks", 1), TriggerRequest.of("double", -1)), both);
        assertThat(Soon.next(failed).unsuccessful()).isEqualTo(1);
        assertThat(batch.info().completedAt()).isNull();
        assertThat(batch.info().failedAt()).isNotNull();
        gate.open();
        assertThat(Soon.next(completed).completed()).isEqualTo(1);
    }

    @Test
    void whatIsCancelledOrPurgedBeforeItStartsEndsABatchToo() throws InterruptedException {
        TriggerOptions later = TriggerOptions.none().after(Duration.ofHours(1));
        Batch<Json> batch = errand().triggerBatch(
                        List.of(new TriggerRequest("double", 1, later), new TriggerRequest("double", 2, later)), both);
        batch.runs().get(0).cancel();
        batch.runs().get(1).purge();
        assertThat(batch.await(SOON))
                .extracting(RunResult::state)
                .containsExactly(RunState.CANCELED, RunState.CANCELED);
        assertThat(Soon.next(failed).batch()).isEqualTo(batch.id().toString()); // at the next look, some seconds later
        assertThat(Soon.next(completed).unsuccessful()).isEqualTo(2);
        assertThat(batch.info().gone()).isEqualTo(1);
    }

    @Test
    void aBatchMayBeLargeAndMixedWithOptionsForEach() throws InterruptedException {
        List<TriggerRequest> requests = IntStream.range(0, Batch.LARGEST)
                .mapToObj(i ->
                        new TriggerRequest("double", i, TriggerOptions.none().name("number " + i)))
                .toList();
        Batch<Json> batch = errand().triggerBatch(requests, both);
        List<RunResult<Json>> results = batch.await(Duration.ofMinutes(5));
        assertThat(results).hasSize(Batch.LARGEST).allMatch(RunResult::ok);
        assertThat(results.get(4_321))
                .isEqualTo(new RunResult.Completed<>(batch.runs().get(4_321).id(), new Json("8642")));
        assertThat(batch.runs().get(4_321).info().name()).isEqualTo("number 4321");
        assertThat(Soon.next(completed).completed()).isEqualTo(Batch.LARGEST);
        assertThat(batch.info().count(RunState.COMPLETED)).isEqualTo(Batch.LARGEST);
    }

    @Test
    void oneThatIsTooLargeIsRefusedInWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> errand().triggerBatch(twice, Collections.nCopies(10_001, 1), BatchOptions.none()))
                .withMessageContaining("10,000")
                .withMessageContaining("10,001");
        assertThat(errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void whatOneOfThemIsRefusedForStoresNone() {
        TriggerRequest good = TriggerRequest.of("double", 1);
        TriggerRequest unfit = TriggerRequest.of("double", "one");
        assertThatExceptionOfType(InvalidPayloadException.class)
                .isThrownBy(() -> errand().triggerBatch(List.of(good, unfit), both));
        TriggerRequest nowhere =
                new TriggerRequest("double", 1, TriggerOptions.none().queue("nowhere"));
        assertThatExceptionOfType(QueueNotFoundException.class)
                .isThrownBy(() -> errand().triggerBatch(List.of(good, nowhere), both))
                .withMessageContaining("nowhere");
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> errand().triggerBatch(List.of(good, TriggerRequest.of("ghost", 1)), both));
        assertThat(errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void anEmptyOneIsCompleteAtOnce() throws InterruptedException {
        Batch<Integer> batch = errand().triggerBatch(twice, List.of(), both);
        assertThat(batch.info().completedAt()).isEqualTo(batch.info().createdAt());
        assertThat(batch.await(Duration.ZERO)).isEmpty();
        assertThat(Soon.next(completed)).isEqualTo(new BatchEnd(batch.id().toString(), "numbers", 0, 0, 0));
        assertThat(failed).isEmpty();
    }

    @Test
    void callbacksThatCouldNotBeTriggeredAreRefusedAtOnce() {
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> errand().triggerBatch(
                                twice, List.of(1), BatchOptions.none().onComplete("ghost")))
                .withMessageContaining("ghost");
        assertThatExceptionOfType(InvalidPayloadException.class)
                .isThrownBy(() -> errand().triggerBatch(
                                twice, List.of(1), BatchOptions.none().onFailure("double")));
        assertThat(errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void aWaitThatIsTooShortTellsHowFarItCame() throws InterruptedException {
        Batch<Json> batch = errand().triggerBatch(
                        List.of(TriggerRequest.of("blocks", 1), TriggerRequest.of("double", 1)), BatchOptions.none());
        gate.awaitArrivals(1);
        Soon.await("the other has ended", () -> batch.runs().get(1).isFinished());
        List<RunResult<Json>> results = batch.await(Duration.ofMillis(50));
        assertThat(results.get(0)).isInstanceOf(RunResult.Unfinished.class);
        assertThat(results.get(1).ok()).isTrue();
        assertThat(batch.info().count(RunState.EXECUTING) + batch.info().count(RunState.QUEUED))
                .isEqualTo(1);
        gate.open();
        assertThat(batch.await(SOON)).allMatch(RunResult::ok);
    }

    @Test
    void itIsFoundByItsId() throws InterruptedException {
        Batch<Integer> batch = errand().triggerBatch(twice, List.of(1, 2), BatchOptions.none());
        Batch<Json> found = errand().batch(BatchId.of(batch.id().toString()));
        assertThat(found.await(SOON))
                .extracting(RunResult::run)
                .containsExactlyElementsOf(batch.runs().stream().map(Run::id).toList());
        assertThat(found.info().size()).isEqualTo(2);
        awaitComplete(found);
        BatchId unknown = BatchId.next(java.time.Instant.now());
        assertThatExceptionOfType(BatchNotFoundException.class)
                .isThrownBy(() -> errand().batch(unknown))
                .withMessageContaining(unknown.toString());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchId.of("run_1"))
                .withMessageContaining("batch_");
    }
}
