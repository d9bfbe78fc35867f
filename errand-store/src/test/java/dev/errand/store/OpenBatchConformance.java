package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.Batches;
import dev.errand.QueueNotFoundException;
import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.BatchStore.Filled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches that are opened first and filled then: each index is taken once, and whoever brings the last one seals them. */
public abstract class OpenBatchConformance extends StoreTest {
    private static final int RACERS = 4;
    private static final Duration LIFE = Duration.ofDays(30);

    @BeforeEach
    void join() {
        store.join("first", 10);
    }

    private BatchEntry entry(int size, @Nullable String key) {
        return entry(size, key, null);
    }

    private BatchEntry entry(int size, @Nullable String key, @Nullable String request) {
        Instant now = clock.instant();
        BatchEntry.Key held = key == null ? null : new BatchEntry.Key("shown " + key, KeyHash.of(key), now.plus(LIFE));
        return new BatchEntry(
                BatchId.next(now),
                "import",
                now,
                size,
                GREET,
                "alarm",
                null,
                null,
                null,
                null,
                0,
                null,
                held,
                request == null ? null : new BatchEntry.Request(KeyHash.of(request), now.plus(MINUTE)));
    }

    /** The batch that an opening comes to. */
    private BatchEntry opened(BatchEntry batch) {
        return store.batches().open(batch).batch();
    }

    private BatchId open(int size) {
        return opened(entry(size, null)).id();
    }

    private NewItem item(int index, KeyedRuns run) {
        return new NewItem.Wanted(index, run.build());
    }

    private NewItem item(int index) {
        return item(index, KeyedRuns.of(GREET, clock));
    }

    private static NewItem refused(int index) {
        return new NewItem.Refused(new BatchItem.Refused(index, "gr\u0000et", "no such \u0000 task"), RunId.next());
    }

    private Filled fill(BatchId batch, NewItem... items) {
        return store.batches().fill(batch, List.of(items)).orElseThrow();
    }

    private int runs() {
        return store.list(RunQuery.all()).items().size();
    }

    private void endAll(RunState state) {
        for (Claim claim : claimNow(store, 100)) {
            assertThat(record(ended(claim, state, null, false))).isEqualTo(Receipt.RECORDED);
        }
    }

    // ── items

    @Test
    void eachIndexIsTakenOnceInWhateverOrderTheyCome() {
        BatchEntry batch = entry(3, null);
        assertThat(opened(batch)).isEqualTo(batch);
        assertThat(opened(batch)).as("once more").isEqualTo(batch);
        assertThat(store.batches().find(batch.id())).contains(batch);
        NewItem last = item(2);
        NewItem first = item(0);
        assertThat(fill(batch.id(), last, first, item(2))).isEqualTo(new Filled(2, 2, 3, false));
        assertThat(store.batches().runs(batch.id())).containsExactly(first.run(), last.run());
        clock.advance(MINUTE);
        NewItem middle = item(1);
        assertThat(fill(batch.id(), item(0), middle)).isEqualTo(new Filled(1, 3, 3, false));
        assertThat(store.batches().runs(batch.id())).containsExactly(first.run(), middle.run(), last.run());
        assertThat(store.batches().find(batch.id()).orElseThrow().filledAt()).isEqualTo(clock.instant());
        assertThat(fill(batch.id(), item(0), item(1), item(2))).isEqualTo(new Filled(0, 3, 3, false));
        assertThat(fill(batch.id())).isEqualTo(new Filled(0, 3, 3, false));
        assertThat(runs()).isEqualTo(3);
        assertThat(events(store)).hasSize(3);
    }

    @Test
    void whatIsBroughtOnceMoreAfterALostAnswerIsAsAccepted() {
        BatchId batch = open(3);
        NewItem[] items = {item(0), refused(1), item(2)};
        assertThat(fill(batch, items)).isEqualTo(new Filled(3, 3, 3, false));
        assertThat(fill(batch, items)).isEqualTo(new Filled(3, 3, 3, false));
        assertThat(runs()).isEqualTo(2);
    }

    @Test
    void thereIsNothingToBringToABatchThatIsNotThereOrHasAllItsRuns() {
        assertThat(store.batches().fill(BatchId.next(clock.instant()), List.of(item(0))))
                .isEmpty();
        NewRun run = NewRuns.of(GREET, clock).build();
        BatchEntry whole = new BatchEntry(
                BatchId.next(clock.instant()), null, clock.instant(), 1, null, null, null, null, null, null);
        store.batches().create(whole, List.of(run));
        assertThat(fill(whole.id(), item(0))).isEqualTo(new Filled(0, 1, 1, false));
        assertThat(runs()).isEqualTo(1);
    }

    @Test
    void manyAreTakenAtOnce() {
        BatchId batch = open(700);
        List<NewItem> items = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            items.add(item(i));
        }
        Collections.shuffle(items, new Random(7));
        assertThat(store.batches().fill(batch, items)).contains(new Filled(700, 700, 700, false));
        items.sort((one, other) -> Integer.compare(one.index(), other.index()));
        assertThat(store.batches().runs(batch))
                .isEqualTo(items.stream().map(NewItem::run).toList());
        assertThat(claim(store, 1_000)).hasSize(700);
    }

    @Test
    void aRunThatAnswersForAnItemBelongsToTheBatchToo() {
        RunId there = store.keys()
                .enqueue(List.of(KeyedRuns.of(GREET, clock).key("k").build()))
                .getFirst()
                .run();
        BatchId batch = open(3);
        NewItem second = item(1, KeyedRuns.of(GREET, clock).key("other"));
        NewItem third = item(2, KeyedRuns.of(GREET, clock).key("other"));
        assertThat(fill(batch, item(0, KeyedRuns.of(GREET, clock).key("k")), second, third))
                .isEqualTo(new Filled(3, 3, 3, false));
        assertThat(store.batches().runs(batch)).containsExactly(there, second.run(), second.run());
        assertThat(runs()).isEqualTo(2);
        endAll(RunState.COMPLETED);
        assertThat(store.batches().advance(batch)).isEqualTo(new BatchDue(false, true));
    }

    @Test
    void anUnknownQueueStoresNothing() {
        BatchId batch = open(2);
        NewRun lost = NewRuns.of(GREET, clock)
                .options(RunOptions.NONE.withQueue("nowhere"))
                .build();
        NewItem wrong = new NewItem.Wanted(1, new KeyedRun(lost, null, null));
        assertThatExceptionOfType(QueueNotFoundException.class).isThrownBy(() -> fill(batch, item(0), wrong));
        assertThat(fill(batch)).isEqualTo(new Filled(0, 0, 2, false));
        assertThat(runs()).isZero();
    }

    @Test
    void ofManyWhoBringTheSameEachIndexIsCountedOnce() throws Exception {
        int size = 60;
        BatchId batch = open(size);
        List<Filled> answers = race(by -> {
            List<NewItem> items = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                items.add(i % 7 == 0 ? refused(i) : item(i));
            }
            int accepted = 0;
            Filled last = new Filled(0, 0, 0, false);
            for (int from = 0; from < size; from += 20) {
                last = by.fill(batch, items.subList(from, from + 20)).orElseThrow();
                accepted += last.accepted();
            }
            return new Filled(accepted, last.items(), last.size(), last.givenUp());
        });
        assertThat(answers).allMatch(answer -> answer.items() == size);
        assertThat(answers.stream().mapToInt(Filled::accepted).sum()).isEqualTo(size);
        assertThat(store.batches().refused(batch)).hasSize(9);
        assertThat(store.batches().runs(batch)).hasSize(51).doesNotHaveDuplicates();
        assertThat(store.batches().counts(batch).open()).hasSize(51);
        assertThat(store.list(RunQuery.all().limit(100)).items()).hasSize(51);
    }

    private interface Racer<T> {
        T run(BatchStore by) throws Exception;
    }

    /** By threads of two processes. */
    private <T> List<T> race(Racer<T> racer) throws Exception {
        Store other = openNode("other");
        CyclicBarrier start = new CyclicBarrier(RACERS);
        try (ExecutorService threads = Executors.newFixedThreadPool(RACERS)) {
            List<Future<T>> all = new ArrayList<>();
            for (int thread = 0; thread < RACERS; thread++) {
                BatchStore by = (thread % 2 == 0 ? store : other).batches();
                Callable<T> run = () -> {
                    start.await();
                    return racer.run(by);
                };
                all.add(threads.submit(run));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> one : all) {
                answers.add(one.get(60, TimeUnit.SECONDS));
            }
            return answers;
        }
    }

    // ── what becomes of it

    @Test
    void beforeItIsSealedItIsNotCompleteWhateverHasEnded() {
        BatchId batch = open(2);
        fill(batch, item(1));
        endAll(RunState.FAILED);
        assertThat(store.batches().ready(10)).isEmpty();
        assertThat(store.batches().advance(batch)).isEqualTo(BatchDue.NOTHING);
        assertThat(store.batches().failing(10)).containsExactly(batch);
        fill(batch, item(0));
        assertThat(store.batches().ready(10)).as("the first has not ended").isEmpty();
        endAll(RunState.COMPLETED);
        assertThat(store.batches().ready(10)).containsExactly(batch);
        assertThat(store.batches().advance(batch)).isEqualTo(new BatchDue(true, true));
    }

    @Test
    void whatWasRefusedCountsAsARunThatIsGone() {
        BatchId batch = open(2);
        fill(batch, refused(0), item(1));
        assertThat(store.batches().refused(batch))
                .containsExactly(new BatchItem.Refused(0, "gr\uFFFDet", "no such \uFFFD task"));
        assertThat(store.batches().runs(batch)).hasSize(1);
        endAll(RunState.COMPLETED);
        BatchCounts counts = store.batches().counts(batch);
        assertThat(counts.gone()).isEqualTo(1);
        assertThat(counts.ended()).isEqualTo(Map.of(RunState.COMPLETED, 1));
        assertThat(store.batches().advance(batch)).isEqualTo(new BatchDue(true, true));
    }

    @Test
    void itIsGivenUpWhenNoItemCameForADay() {
        BatchEntry batch = opened(entry(3, "k"));
        clock.advance(Batches.OPEN_FOR.minus(MINUTE));
        fill(batch.id(), item(0));
        clock.advance(Batches.OPEN_FOR.minus(MINUTE));
        store.prune(Retention.forever(), 10);
        assertThat(fill(batch.id(), item(1))).as("a minute before").isEqualTo(new Filled(1, 2, 3, false));
        clock.advance(Batches.OPEN_FOR);
        assertThat(fill(batch.id(), item(2))).as("from then on").isEqualTo(new Filled(0, 2, 3, true));
        store.prune(Retention.forever(), 10);
        BatchEntry givenUp = store.batches().find(batch.id()).orElseThrow();
        assertThat(givenUp.completedAt()).isEqualTo(clock.instant());
        assertThat(fill(batch.id(), item(2))).isEqualTo(new Filled(0, 2, 3, true));
        assertThat(runs()).isEqualTo(2);
        assertThat(store.batches().advance(batch.id())).isEqualTo(BatchDue.NOTHING);
        BatchEntry next = entry(3, "k");
        assertThat(opened(next)).as("its key is free").isEqualTo(next);
    }

    @Test
    void oneThatIsSealedIsNotGivenUp() {
        BatchId batch = open(1);
        fill(batch, item(0));
        clock.advance(Batches.OPEN_FOR.multipliedBy(2));
        store.prune(Retention.forever(), 10);
        assertThat(store.batches().find(batch).orElseThrow().completedAt()).isNull();
    }

    @Test
    void itIsDeletedWithItsKey() {
        BatchEntry batch = opened(entry(1, "k"));
        fill(batch.id(), refused(0));
        assertThat(store.batches().advance(batch.id()).completion()).isTrue();
        store.batches().complete(batch.id(), null);
        clock.advance(MINUTE.multipliedBy(2));
        store.prune(new Retention(MINUTE, MINUTE, MINUTE), 10);
        assertThat(store.batches().find(batch.id())).isEmpty();
        assertThat(store.batches().refused(batch.id())).isEmpty();
        BatchEntry next = entry(1, "k");
        assertThat(opened(next)).isEqualTo(next);
    }

    // ── keys

    @Test
    void aKeyMakesItOneBatchUntilItsLifeEnds() {
        BatchEntry first = opened(entry(3, "k"));
        assertThat(opened(entry(5, "k"))).isEqualTo(first);
        assertThat(opened(entry(3, "other")).id()).isNotEqualTo(first.id());
        clock.advance(LIFE.minus(MINUTE));
        assertThat(opened(entry(5, "k")).id()).isEqualTo(first.id());
        clock.advance(MINUTE);
        BatchEntry second = entry(5, "k");
        assertThat(opened(second)).isEqualTo(second);
        assertThat(opened(entry(3, "k")).id()).isEqualTo(second.id());
        BatchEntry.Key shown = store.batches().find(first.id()).orElseThrow().key();
        assertThat(shown).isNotNull();
        assertThat(shown.text()).isEqualTo("shown k");
        assertThat(shown.hash()).isNull();
    }

    @Test
    void ofManyWhoOpenOneWithAKeyAllGetTheSame() throws Exception {
        List<BatchId> all = race(by -> by.open(entry(1, "k")).batch().id());
        assertThat(all).hasSize(RACERS).containsOnly(all.getFirst());
        assertThat(store.batches().find(all.getFirst())).isPresent();
    }

    @Test
    void aRequestThatIsSentAgainOpensNoOther() {
        BatchEntry first = entry(3, "k", "request");
        assertThat(store.batches().open(first)).isEqualTo(new BatchStore.Opened(first, false));
        assertThat(store.batches().open(entry(5, "k", "request")))
                .as("though the key is held")
                .isEqualTo(new BatchStore.Opened(first, false));
        assertThat(store.batches().open(entry(5, "k", "another"))).isEqualTo(new BatchStore.Opened(first, true));
        assertThat(store.batches().open(entry(5, null, "another")).hit()).isFalse();
        clock.advance(MINUTE);
        BatchEntry later = entry(5, null, "request");
        assertThat(opened(later)).as("it is forgotten").isEqualTo(later);
    }

    @Test
    void ofManyWhoSendOneRequestAllOpenTheSame() throws Exception {
        List<BatchStore.Opened> all = race(by -> by.open(entry(1, "k", "request")));
        assertThat(all)
                .extracting(answer -> answer.batch().id())
                .containsOnly(all.getFirst().batch().id());
        assertThat(all).noneMatch(BatchStore.Opened::hit);
    }
}
