package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Batch;
import dev.errand.BatchEnd;
import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.BatchItem;
import dev.errand.BatchNotFoundException;
import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.Errand;
import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.Limits;
import dev.errand.QueueFullException;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.store.copy.StoreCopy;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are filled bit by bit. */
class OpenBatchTest {
    private final BlockingQueue<BatchEnd> completed = new LinkedBlockingQueue<>();

    private final Task<Integer, Integer> twice =
            Task.named("double", Integer.class, Integer.class).run((number, run) -> 2 * number);

    private final Task<Integer, Integer> narrow = Task.named("narrow", Integer.class, Integer.class)
            .queue(TaskQueue.named("narrow").limits(Limits.none().maxPending(1)))
            .run((number, run) -> number);

    private final Task<BatchEnd, ?> report =
            Task.named("report", BatchEnd.class).run((end, run) -> completed.add(end));

    @AutoClose
    private final TestErrand test = TestStore.open(twice, narrow, report);

    private Errand errand() {
        return test.errand();
    }

    private static BatchItem item(int index, Object number) {
        return BatchItem.of(index, TriggerRequest.of("double", number));
    }

    private static BatchItem item(int index, TriggerOptions options) {
        return BatchItem.of(index, new TriggerRequest("double", index, options));
    }

    private BatchId open(int size, BatchOptions options) {
        return errand().batches().open(size, options).id();
    }

    private Batches.Filling fill(BatchId batch, BatchItem... items) {
        return errand().batches().fill(batch, List.of(items));
    }

    @Test
    void itsRunsStartAsTheyComeAndItIsCompleteOnceAllHave() throws InterruptedException {
        BatchId id = open(3, BatchOptions.none().name("numbers").onComplete(report));
        assertThat(fill(id, item(2, 30))).isEqualTo(new Batches.Filling(1, 0, 1, 3));
        Batch<Json> batch = errand().batch(id);
        Run<Json> first = batch.runs().getFirst();
        assertThat(test.finish(first).info().batch()).isEqualTo(id);
        assertThat(batch.info().isSealed()).isFalse();
        assertThat(fill(id, item(0, 10), item(2, 99), item(1, 20)))
                .isEqualTo(new Batches.Filling(2, 1, 3, 3))
                .satisfies(filling -> assertThat(filling.isSealed()).isTrue());
        assertThat(batch.await(SOON))
                .extracting(
                        result -> ((RunResult.Completed<Json>) result).output().text())
                .containsExactly("20", "40", "60");
        assertThat(Soon.next(completed)).isEqualTo(new BatchEnd(id.toString(), "numbers", 3, 3, 0));
        assertThat(fill(id, item(0, 10))).isEqualTo(new Batches.Filling(0, 1, 3, 3));
        assertThat(errand().batches().filling(id)).isEqualTo(new Batches.Filling(0, 0, 3, 3));
        assertThat(batch.runs()).hasSize(3);
    }

    @Test
    void whatCannotBecomeARunIsToldOfAndKeepsNoOtherFromIt() throws InterruptedException {
        BatchId id = open(6, BatchOptions.none().onComplete(report));
        Batches.Filling filling = fill(
                id,
                item(0, 1),
                item(1, "one"),
                BatchItem.of(2, TriggerRequest.of("ghost", 1)),
                item(3, TriggerOptions.none().queue("nowhere")),
                item(4, TriggerOptions.none().at(Instant.parse("9999-01-01T00:00:00Z"))),
                new BatchItem.Refused(5, "double", "tags: too many"));
        assertThat(filling).isEqualTo(new Batches.Filling(6, 0, 6, 6));
        Batch<Json> batch = errand().batch(id);
        assertThat(batch.await(SOON)).hasSize(1);
        BatchInfo info = batch.info();
        assertThat(info.ended()).isEqualTo(6);
        assertThat(info.refused()).extracting(BatchItem.Refused::index).containsExactly(1, 2, 3, 4, 5);
        assertThat(info.refused())
                .extracting(BatchItem.Refused::task)
                .containsExactly("double", "ghost", "double", "double", "double");
        assertThat(info.refused().get(0).reason()).contains("does not fit task double");
        assertThat(info.refused().get(1).reason()).contains("No task 'ghost'");
        assertThat(info.refused().get(2).reason()).contains("nowhere");
        assertThat(info.refused().get(3).reason()).contains("hundred years");
        assertThat(info.refused().get(4).reason()).isEqualTo("tags: too many");
        assertThat(Soon.next(completed)).isEqualTo(new BatchEnd(id.toString(), null, 6, 1, 5));
    }

    @Test
    void whereTooManyArePendingNothingIsTaken() {
        test.errand().queues().pause("narrow");
        BatchId id = open(2, BatchOptions.none());
        BatchItem one = BatchItem.of(0, TriggerRequest.of("narrow", 1));
        BatchItem other = BatchItem.of(1, TriggerRequest.of("narrow", 1));
        assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> fill(id, one, other));
        assertThat(errand().batches().filling(id).items()).isZero();
        assertThat(errand().runs(RunQuery.all()).items()).isEmpty();
        assertThat(fill(id, one).items()).isEqualTo(1);
    }

    @Test
    void anIndexBeyondTheBatchTakesNothing() {
        BatchId id = open(2, BatchOptions.none());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fill(id, item(0, 1), item(2, 1)))
                .withMessageContaining("index 2");
        assertThatIllegalArgumentException().isThrownBy(() -> fill(id, item(-1, 1)));
        assertThat(errand().runs(RunQuery.all()).items()).isEmpty();
        assertThatExceptionOfType(BatchNotFoundException.class)
                .isThrownBy(() -> fill(BatchId.next(Instant.now()), item(0, 1)));
    }

    @Test
    void aKeyOpensOneBatch() {
        IdempotencyKey key = IdempotencyKey.of("a hash").shownAs("import 7");
        Batches.Opened first = errand().batches().open(2, BatchOptions.none().idempotencyKey(key));
        Batches.Opened again = errand().batches().open(9, BatchOptions.none().idempotencyKey(key));
        assertThat(first.hit()).isFalse();
        assertThat(again).isEqualTo(new Batches.Opened(first.id(), 2, true));
        assertThat(errand().batch(first.id()).info().idempotencyKey()).isEqualTo("import 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> errand().triggerBatch(
                                twice, List.of(1), BatchOptions.none().idempotencyKey(key)))
                .withMessageContaining("open it");
    }

    @Test
    void whatCouldNotBeIsRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> open(0, BatchOptions.none()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(Batch.LARGEST + 1, BatchOptions.none()))
                .withMessageContaining("10,001");
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> open(1, BatchOptions.none().onComplete("ghost")));
    }

    @Test
    void oneToWhichNothingComesForADayTakesNoMore() throws InterruptedException {
        BatchId id = open(2, BatchOptions.none());
        fill(id, item(1, 1));
        test.runUntilIdle();
        test.advance(Batches.OPEN_FOR);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fill(id, item(0, 1)))
                .withMessageContaining("given up");
    }

    @Test
    void itIsFilledUpInTheStoreItWasMovedTo(@TempDir Path folder) throws Exception {
        String from = "jdbc:sqlite:" + folder.resolve("from.db");
        String there = TestStore.url(folder);
        BatchId id;
        IdempotencyKey key = IdempotencyKey.of("k");
        try (Errand errand =
                Errand.builder().store(from).concurrency(0).tasks(twice).open()) {
            id = errand.batches()
                    .open(4, BatchOptions.none().idempotencyKey(key))
                    .id();
            errand.batches().fill(id, List.of(item(3, 1), item(1, "unfit")));
        }
        new StoreCopy(from, there).run(progress -> {});
        try (Errand errand =
                Errand.builder().store(there).concurrency(0).tasks(twice).open()) {
            assertThat(errand.batches().open(4, BatchOptions.none().idempotencyKey(key)))
                    .isEqualTo(new Batches.Opened(id, 4, true));
            assertThat(errand.batches().fill(id, List.of(item(3, 1), item(1, 1), item(0, 1), item(2, 1))))
                    .isEqualTo(new Batches.Filling(2, 2, 4, 4));
            assertThat(errand.batch(id).info().refused())
                    .extracting(BatchItem.Refused::index)
                    .containsExactly(1);
            assertThat(errand.batch(id).runs()).hasSize(3);
        }
    }
}
