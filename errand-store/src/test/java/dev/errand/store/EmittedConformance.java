package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EmittedItem;
import dev.errand.Json;
import dev.errand.RunId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What bodies emit, read from a position, and taken. */
public abstract class EmittedConformance extends StoreTest {
    private static final int MANY = 200;

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    @Test
    void itemsOfAllAttemptsAreReadOnFromAPosition() {
        RunId run = enqueueGreet();
        Claim first = claimOne();
        emit(first, 1, 2);
        List<EmittedItem> begun = store.emitted(run, 0, 10);
        assertThat(numbers(begun)).containsExactly(1, 2);
        emit(first, 3);
        record(retried(first, Duration.ZERO));
        emit(claimOne(), 4, 5);
        List<EmittedItem> all = store.emitted(run, 0, 10);
        assertThat(numbers(all)).containsExactly(1, 2, 3, 4, 5);
        assertThat(all).extracting(EmittedItem::attempt).containsExactly(1, 1, 1, 2, 2);
        assertThat(all).extracting(EmittedItem::position).isSorted().doesNotHaveDuplicates();
        assertThat(store.emitted(run, begun.getLast().position(), 10)).isEqualTo(all.subList(2, 5));
        assertThat(store.emitted(run, all.get(2).position(), 1)).isEqualTo(all.subList(3, 4));
        assertThat(store.emitted(run, all.getLast().position(), 10)).isEmpty();
        assertThat(store.emitted(RunId.next(), 0, 10)).isEmpty();
    }

    @Test
    void whatIsTakenIsThereNoMore() {
        RunId run = enqueueGreet();
        Claim first = claimOne();
        emit(first, 1, 2, 3);
        assertThat(numbers(store.takeEmitted(run, 2))).containsExactly(1, 2);
        assertThat(store.emitted(run)).containsExactly(new Json("3"));
        assertThat(numbers(store.emitted(run, 0, 10))).containsExactly(3);
        record(retried(first, Duration.ZERO));
        Claim second = claimOne();
        emit(second, 4);
        assertThat(numbers(store.takeEmitted(run, 10))).containsExactly(3, 4);
        assertThat(store.takeEmitted(run, 10)).isEmpty();
        assertThat(store.emitted(run)).isEmpty();
        record(completed(second));
        assertThat(store.takeEmitted(RunId.next(), 10)).isEmpty();
    }

    @Test
    void positionsGrowOnAfterItemsWereTaken() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        emit(claim, 1, 2);
        long seen = store.emitted(run, 0, 10).getLast().position();
        store.takeEmitted(run, 10);
        emit(claim, 3);
        assertThat(numbers(store.emitted(run, seen, 10))).containsExactly(3);
        long later = store.takeEmitted(run, 10).getLast().position();
        assertThat(later).isGreaterThan(seen);
        emit(claim, 4);
        assertThat(numbers(store.emitted(run, later, 10))).containsExactly(4);
    }

    @Test
    void ofTwoWhoTakeAtOnceEachGetsOthers() {
        RunId run = enqueueGreet();
        emit(claimOne(), IntStream.rangeClosed(1, MANY).toArray());
        List<CompletableFuture<List<EmittedItem>>> takers = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> takeAll(run)))
                .limit(4)
                .toList();
        List<EmittedItem> taken =
                takers.stream().flatMap(taker -> taker.join().stream()).toList();
        assertThat(numbers(taken))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, MANY).boxed().toList());
    }

    private List<EmittedItem> takeAll(RunId run) {
        List<EmittedItem> all = new ArrayList<>();
        List<EmittedItem> some = store.takeEmitted(run, 7);
        while (!some.isEmpty()) {
            all.addAll(some);
            some = store.takeEmitted(run, 7);
        }
        return all;
    }

    private void emit(Claim claim, int... numbers) {
        List<byte[]> items = IntStream.of(numbers)
                .mapToObj(number -> String.valueOf(number).getBytes(StandardCharsets.UTF_8))
                .toList();
        assertThat(record(new Report.Noted(claim, items, List.of(), null, null, List.of())))
                .isEqualTo(Receipt.RECORDED);
    }

    private static List<Integer> numbers(List<EmittedItem> items) {
        return items.stream().map(item -> Integer.valueOf(item.item().text())).toList();
    }
}
