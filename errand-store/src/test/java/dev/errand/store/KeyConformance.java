package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.KeyConflictException;
import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.store.KeyStore.Stored;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Idempotency keys: at most one run holds one. */
public abstract class KeyConformance extends StoreTest {
    private static final Duration MOMENT = Duration.ofMillis(300);

    private KeyedRuns greet() {
        return KeyedRuns.of(GREET, clock);
    }

    private Stored trigger(KeyedRuns run) {
        return store.keys().enqueue(List.of(run.build())).getFirst();
    }

    private Stored trigger(Connection connection, KeyedRuns run) throws SQLException {
        return store.keys().enqueue(connection, List.of(run.build())).getFirst();
    }

    private void assertRuns(int count) {
        assertThat(store.list(RunQuery.all()).items()).hasSize(count);
    }

    // ── held and free

    @Test
    void theSecondTriggerIsAHitOfTheFirst() { // case 145
        Stored first = trigger(greet().key("k"));
        Stored second = trigger(greet().key("k"));
        assertThat(first.hit()).isFalse();
        assertThat(second).isEqualTo(new Stored(first.run(), true));
        assertThat(events(store)).hasSize(1);
        assertRuns(1);
    }

    @Test
    void tasksHaveKeysOfTheirOwn() { // case 146
        Stored one = trigger(greet().key("k"));
        Stored other = trigger(KeyedRuns.of("another", clock).key("k"));
        assertThat(other.hit()).isFalse();
        assertThat(other.run()).isNotEqualTo(one.run());
        assertThat(trigger(KeyedRuns.of("ANOTHER", clock).key("k"))).isEqualTo(new Stored(other.run(), true));
    }

    @Test
    void aKeyIsFreeWhenItsLifeEnds() { // case 148
        trigger(greet().key("k").life(MINUTE));
        clock.advance(MINUTE.minusSeconds(1));
        assertThat(trigger(greet().key("k")).hit()).isTrue();
        clock.advance(Duration.ofSeconds(2));
        assertThat(trigger(greet().key("k")).hit()).isFalse();
        assertThat(trigger(greet().key("k")).hit()).isTrue();
        assertRuns(2);
    }

    @Test
    void aKeyOutlivesAReopening() { // case 88
        Stored first = trigger(greet().key("k"));
        reopen();
        assertThat(trigger(greet().key("k"))).isEqualTo(new Stored(first.run(), true));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"FAILED", "CRASHED", "TIMED_OUT"})
    void aRunThatEndsBadlyFreesItsKey(RunState state) {
        store.join("node", 1);
        Stored first = trigger(greet().key("k"));
        record(ended(claimOne(), state, null, false));
        Stored second = trigger(greet().key("k"));
        assertThat(second.hit()).isFalse();
        assertThat(second.run()).isNotEqualTo(first.run());
        assertThat(trigger(greet().key("k"))).isEqualTo(new Stored(second.run(), true));
        record(ended(claimOne(), state, null, false));
        assertThat(store.keys().reset(GREET, KeyHash.of("k"))).as("was held").isFalse();
    }

    @Test
    void aRunThatExpiresFreesItsKey() {
        trigger(greet().key("k").expiresIn(MINUTE));
        clock.advance(MINUTE.plusSeconds(1));
        store.advance();
        assertThat(trigger(greet().key("k")).hit()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"COMPLETED", "CANCELED"})
    void aRunThatEndsAsWantedKeepsItsKey(RunState state) {
        store.join("node", 1);
        Stored first = trigger(greet().key("k"));
        record(ended(claimOne(), state, null, false));
        assertThat(trigger(greet().key("k"))).isEqualTo(new Stored(first.run(), true));
    }

    @Test
    void aFailedRunThatIsRetriedHoldsItsKeyAgain() {
        store.join("node", 1);
        Stored first = trigger(greet().key("k"));
        record(failed(claimOne(), true));
        store.retry(first.run(), 9, null, false);
        assertThat(trigger(greet().key("k"))).isEqualTo(new Stored(first.run(), true));
    }

    @Test
    void aResetFreesTheKeyOnce() {
        Stored first = trigger(greet().key("k"));
        assertThat(store.keys().reset("GREET", KeyHash.of("k"))).isTrue();
        assertThat(store.keys().reset(GREET, KeyHash.of("k"))).isFalse();
        assertThat(store.keys().reset("nobody spoke of it", KeyHash.of("k"))).isFalse();
        assertThat(trigger(greet().key("k")).hit()).isFalse();
        assertThat(state(first.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aPurgedRunHoldsNoKey() {
        Stored first = trigger(greet().key("k"));
        store.purge(first.run(), false);
        assertThat(trigger(greet().key("k")).hit()).isFalse();
    }

    @Test
    void aRunPastItsRetentionHoldsNoKey() {
        store.join("node", 1);
        trigger(greet().key("k"));
        record(completed(claimOne()));
        clock.advance(Duration.ofHours(2));
        store.prune(Retention.all(Duration.ofHours(1)), 100);
        assertRuns(0);
        assertThat(trigger(greet().key("k")).hit()).isFalse();
    }

    @Test
    void manyKeysPastTheirLifeAreForgotten() {
        List<KeyedRun> runs = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            runs.add(greet().key("k" + i).life(MINUTE).build());
        }
        store.keys().enqueue(runs);
        Stored lasting = trigger(greet().key("lasting"));
        clock.advance(MINUTE);
        store.prune(Retention.forever(), 100);
        assertThat(store.keys().reset(GREET, KeyHash.of("k7"))).isFalse();
        assertThat(trigger(greet().key("lasting"))).isEqualTo(new Stored(lasting.run(), true));
    }

    // ── payloads

    @Test
    void anotherPayloadIsAHitToo() {
        Stored first = trigger(greet().key("k").payload("1"));
        assertThat(trigger(greet().key("k").payload("2"))).isEqualTo(new Stored(first.run(), true));
        assertThat(info(first.run()).payload().text()).isEqualTo("1");
    }

    @Test
    void aStrictKeyRefusesAnotherPayload() { // case 89
        Stored first = trigger(greet().key("k").payload("1"));
        assertThat(trigger(greet().key("k").payload("1").strict())).isEqualTo(new Stored(first.run(), true));
        assertThatThrownBy(() -> trigger(greet().key("k").payload("2").strict()))
                .isInstanceOfSatisfying(KeyConflictException.class, e -> {
                    assertThat(e.run()).isEqualTo(first.run());
                    assertThat(e.key()).isEqualTo("k");
                })
                .hasMessageContaining("'k' of task greet");
        assertRuns(1);
    }

    @Test
    void aConflictSpoilsAllThatCameWithItAndNothingElse() {
        trigger(greet().key("k").payload("1"));
        List<KeyedRun> runs = List.of(
                greet().key("new").build(),
                greet().build(),
                greet().key("k").payload("2").strict().build());
        assertThatThrownBy(() -> store.keys().enqueue(runs)).isInstanceOf(KeyConflictException.class);
        assertRuns(1);
        assertThat(trigger(greet().key("new")).hit()).isFalse();
    }

    // ── many at once

    @Test
    void hitsAndNewRunsAnswerInOrder() {
        Stored held = trigger(greet().key("b"));
        List<KeyedRun> runs = List.of(
                greet().key("a").build(),
                greet().key("b").build(),
                greet().build(),
                greet().key("a").build(),
                greet().build());
        List<Stored> stored = store.keys().enqueue(runs);
        RunId first = runs.getFirst().run().id();
        assertThat(stored)
                .containsExactly(
                        new Stored(first, false),
                        new Stored(held.run(), true),
                        new Stored(runs.get(2).run().id(), false),
                        new Stored(first, true),
                        new Stored(runs.get(4).run().id(), false));
        assertRuns(4);
        assertThat(store.keys().enqueue(List.of())).isEmpty();
    }

    @Test
    void thousandsWithKeysAreStoredTogetherAndClaimed() {
        store.join("node", 1);
        List<KeyedRun> runs = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            runs.add(greet().key("k" + i % 2_000).build());
        }
        assertThat(store.keys().enqueue(runs).stream().filter(Stored::hit)).hasSize(1_000);
        int claimed = 0;
        while (claimed < 2_000) {
            claimed += claim(store, 5_000).size();
        }
        assertThat(claimed).isEqualTo(2_000);
    }

    @Test
    void sendingTheSameAgainStoresNothingAndSaysTheSame() {
        List<KeyedRun> runs = List.of(
                greet().key("a").build(),
                greet().key("a").build(),
                greet().key("b").build(),
                greet().build());
        List<Stored> stored = store.keys().enqueue(runs);
        assertThat(store.keys().enqueue(runs)).isEqualTo(stored);
        assertRuns(3);
    }

    @Test
    void manyProcessesThatWantOneKeyGetOneRun() throws Exception {
        List<Store> stores = List.of(store, open(), open());
        for (int round = 0; round < 5; round++) {
            List<Stored> answers = atOnce(stores, 64, "round " + round);
            assertThat(answers)
                    .extracting(Stored::run)
                    .containsOnly(answers.getFirst().run());
            assertThat(answers).filteredOn(answer -> !answer.hit()).hasSize(1);
            assertRuns(round + 1);
        }
    }

    @Test
    void manyProcessesFindAFailedRunsKeyFreeOnce() throws Exception {
        store.join("node", 1);
        Stored first = trigger(greet().key("k"));
        record(failed(claimOne(), false));
        List<Stored> answers = atOnce(List.of(store, open(), open()), 64, "k");
        assertThat(answers).filteredOn(answer -> !answer.hit()).hasSize(1);
        assertThat(answers).extracting(Stored::run).doesNotContain(first.run());
        assertRuns(2);
    }

    private List<Stored> atOnce(List<Store> stores, int callers, String key) throws Exception {
        CountDownLatch ready = new CountDownLatch(callers);
        List<Future<Stored>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                KeyStore keys = stores.get(i % stores.size()).keys();
                KeyedRun run = greet().key(key).build();
                answers.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return keys.enqueue(List.of(run)).getFirst();
                }));
            }
        }
        List<Stored> all = new ArrayList<>();
        for (Future<Stored> answer : answers) {
            all.add(answer.get());
        }
        return all;
    }

    // ── in transactions of users'

    @Test
    void aKeyOfATransactionIsHeldFromItsCommitOn() throws Exception {
        Store another = open();
        try (Connection connection = connect()) {
            Stored first = trigger(connection, greet().key("k"));
            assertThat(trigger(connection, greet().key("k"))).isEqualTo(new Stored(first.run(), true));
            CompletableFuture<Stored> rival = CompletableFuture.supplyAsync(() ->
                    another.keys().enqueue(List.of(greet().key("k").build())).getFirst());
            assertThat(staysOpen(rival)).isTrue();
            connection.commit();
            assertThat(rival.get(60, TimeUnit.SECONDS)).isEqualTo(new Stored(first.run(), true));
        }
        assertRuns(1);
    }

    @Test
    void aTransactionThatIsRolledBackHeldNoKey() throws Exception {
        Store another = open();
        try (Connection connection = connect()) {
            Stored first = trigger(connection, greet().key("k"));
            CompletableFuture<Stored> rival = CompletableFuture.supplyAsync(() ->
                    another.keys().enqueue(List.of(greet().key("k").build())).getFirst());
            assertThat(staysOpen(rival)).isTrue();
            connection.rollback();
            Stored stored = rival.get(60, TimeUnit.SECONDS);
            assertThat(stored.hit()).isFalse();
            assertThat(stored.run()).isNotEqualTo(first.run());
        }
        assertRuns(1);
    }

    @Test
    void aTransactionFindsWhatWasTriggeredBefore() throws SQLException {
        Stored first = trigger(greet().key("k"));
        try (Connection connection = connect()) {
            List<Stored> stored = store.keys()
                    .enqueue(
                            connection,
                            List.of(
                                    greet().key("k").build(),
                                    greet().key("other").build()));
            assertThat(stored.getFirst()).isEqualTo(new Stored(first.run(), true));
            assertThat(stored.getLast().hit()).isFalse();
            connection.commit();
        }
        assertThat(trigger(greet().key("other")).hit()).isTrue();
        assertRuns(2);
    }

    @Test
    void transactionsThatWantOneKeyFollowEachOther() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Stored>> answers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                answers.add(threads.submit(() -> {
                    try (Connection connection = connect()) {
                        Stored stored = trigger(connection, greet().key("k"));
                        connection.commit();
                        return stored;
                    }
                }));
            }
            List<Stored> all = new ArrayList<>();
            for (Future<Stored> answer : answers) {
                all.add(answer.get());
            }
            assertThat(all).filteredOn(answer -> !answer.hit()).hasSize(1);
            assertThat(all).extracting(Stored::run).containsOnly(all.getFirst().run());
        }
        assertRuns(1);
    }

    @Test
    void whoWaitsForATransactionInVainIsToldSo() throws SQLException {
        Store another = open();
        try (Connection connection = connect()) {
            trigger(connection, greet().key("k"));
            assertThatThrownBy(() ->
                            another.keys().enqueue(List.of(greet().key("k").build())))
                    .isInstanceOf(StoreException.class);
            connection.rollback();
        }
        assertThat(trigger(greet().key("k")).hit()).isFalse();
    }

    private static boolean staysOpen(CompletableFuture<?> future) throws Exception {
        try {
            future.get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        } catch (java.util.concurrent.TimeoutException e) {
            return true;
        }
    }
}
