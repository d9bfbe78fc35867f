package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.KeyStore.Stored;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Debounce: a burst of triggers is one run. */
public abstract class DebounceConformance extends StoreTest {
    private static final Duration FIVE = Duration.ofSeconds(5);
    private static final Duration THIRTY = Duration.ofSeconds(30);

    private Instant began;

    @BeforeEach
    void begin() {
        began = clock.instant();
        store.join("node", 1);
    }

    private Stored leading(String payload) {
        return trigger(KeyedRuns.of(GREET, clock).payload(payload).debounce("d", FIVE, null, false));
    }

    private Stored trailing(String payload) {
        return trigger(KeyedRuns.of(GREET, clock).payload(payload).debounce("d", FIVE, null, true));
    }

    private Stored bounded() {
        return trigger(KeyedRuns.of(GREET, clock).debounce("d", FIVE, THIRTY, false));
    }

    private Stored trigger(KeyedRuns run) {
        return store.keys().enqueue(List.of(run.build())).getFirst();
    }

    private void seconds(long count) {
        clock.advance(Duration.ofSeconds(count));
        store.advance();
    }

    private void assertRuns(int count) {
        assertThat(store.list(RunQuery.all()).items()).hasSize(count);
    }

    @Test
    void aBurstStartsOnceWithTheFirstPayload() { // case 149
        Stored first = leading("1");
        assertThat(first.hit()).isFalse();
        seconds(3);
        assertThat(leading("2")).isEqualTo(new Stored(first.run(), true));
        seconds(3);
        assertThat(leading("3")).isEqualTo(new Stored(first.run(), true));
        assertThat(info(first.run()).dueAt()).isEqualTo(began.plusSeconds(11));
        seconds(4);
        assertThat(state(first.run())).isEqualTo(RunState.DELAYED);
        seconds(1);
        assertThat(claimOne().payload()).asString().isEqualTo("1");
        assertRuns(1);
    }

    @Test
    void aTrailingBurstStartsWithTheLastPayload() { // case 149
        Stored first = trailing("1");
        seconds(3);
        trailing("2");
        seconds(3);
        trailing("3");
        assertThat(info(first.run()).payload().text()).isEqualTo("3");
        seconds(5);
        assertThat(claimOne().payload()).asString().isEqualTo("3");
    }

    @Test
    void theBoundStartsARunWithinAnEndlessBurst() { // case 150
        Set<RunId> runs = new HashSet<>();
        RunId first = bounded().run();
        runs.add(first);
        Instant started = Instant.MAX;
        for (int second = 1; second <= 40; second++) {
            seconds(1);
            if (started.equals(Instant.MAX) && state(first) == RunState.QUEUED) {
                started = clock.instant();
            }
            if (second % 2 == 0) {
                runs.add(bounded().run());
            }
        }
        assertThat(started).isEqualTo(began.plus(THIRTY));
        assertThat(runs).hasSize(2);
    }

    @Test
    void eachTriggerSaysItsOwnBound() {
        RunId run = leading("1").run();
        seconds(4);
        leading("1"); // without one
        seconds(4);
        trigger(KeyedRuns.of(GREET, clock).debounce("d", FIVE, Duration.ofSeconds(10), false));
        assertThat(info(run).dueAt()).isEqualTo(began.plusSeconds(10));
    }

    @Test
    void noTriggerMakesARunStartEarlier() {
        RunId run = trigger(KeyedRuns.of(GREET, clock).debounce("d", MINUTE, null, false))
                .run();
        assertThat(leading("1")).isEqualTo(new Stored(run, true));
        assertThat(info(run).dueAt()).isEqualTo(began.plus(MINUTE));
    }

    @Test
    void afterTheStartABurstIsANewRun() {
        RunId first = leading("1").run();
        seconds(5);
        assertThat(leading("2").hit()).isFalse();
        record(completed(claimOne()));
        assertThat(leading("3").hit()).isTrue();
        assertThat(state(first)).isEqualTo(RunState.COMPLETED);
        assertRuns(2);
    }

    @Test
    void aRunWhoseTimeHasComeIsNotMovedThoughNobodyHasStartedIt() {
        leading("1");
        clock.advance(FIVE);
        assertThat(leading("2").hit()).isFalse();
    }

    @Test
    void aRunThatWasCanceledIsNotMoved() {
        RunId first = leading("1").run();
        store.cancel(first, "enough");
        Stored second = leading("2");
        assertThat(second.hit()).isFalse();
        assertThat(info(second.run()).dueAt()).isEqualTo(began.plus(FIVE));
    }

    @Test
    void aRunThatSomebodyMovedToALaterTimeIsOfTheBurstUntilThen() {
        RunId run = leading("1").run();
        store.reschedule(run, began.plus(MINUTE), null);
        seconds(30);
        store.prune(Retention.forever(), 100);
        assertThat(leading("2")).isEqualTo(new Stored(run, true));
        seconds(30);
        store.prune(Retention.forever(), 100);
        assertThat(leading("3").hit()).isFalse();
    }

    @Test
    void keysAndTasksHaveRunsOfTheirOwn() {
        leading("1");
        assertThat(trigger(KeyedRuns.of(GREET, clock).debounce("e", FIVE, null, false))
                        .hit())
                .isFalse();
        assertThat(trigger(KeyedRuns.of("other", clock).debounce("d", FIVE, null, false))
                        .hit())
                .isFalse();
        assertThat(trigger(KeyedRuns.of(GREET, clock).key("d")).hit()).isFalse();
    }

    @Test
    void theTimeToLiveMovesWithTheStart() {
        RunId run = trigger(KeyedRuns.of(GREET, clock).expiresIn(MINUTE).debounce("d", FIVE, null, false))
                .run();
        seconds(3);
        leading("2");
        RunInfo info = info(run);
        assertThat(info.dueAt()).isEqualTo(began.plusSeconds(8));
        assertThat(info.expiresAt()).isEqualTo(began.plusSeconds(63));
    }

    @Test
    void anIdempotencyKeyThatIsHeldBeatsDebounce() {
        RunId run = trigger(KeyedRuns.of(GREET, clock).key("k").debounce("d", FIVE, null, false))
                .run();
        seconds(3);
        assertThat(trigger(KeyedRuns.of(GREET, clock).key("k").debounce("d", FIVE, null, false)))
                .isEqualTo(new Stored(run, true));
        assertThat(info(run).dueAt()).isEqualTo(began.plus(FIVE));
    }

    @Test
    void anIdempotencyKeyThatIsFreeIsHeldByTheRunThatWasMoved() {
        RunId run = leading("1").run();
        seconds(3);
        trigger(KeyedRuns.of(GREET, clock).key("k").debounce("d", FIVE, null, false));
        seconds(1);
        assertThat(trigger(KeyedRuns.of(GREET, clock).key("k"))).isEqualTo(new Stored(run, true));
        assertThat(info(run).dueAt()).isEqualTo(began.plusSeconds(8));
    }

    @Test
    void aBurstThatComesTogetherIsOneRunToo() {
        List<KeyedRun> burst = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            burst.add(KeyedRuns.of(GREET, clock)
                    .payload("" + i)
                    .debounce("d", FIVE.multipliedBy(i), null, true)
                    .build());
        }
        List<Stored> stored = store.keys().enqueue(burst);
        RunId run = burst.getFirst().run().id();
        assertThat(stored).containsExactly(new Stored(run, false), new Stored(run, true), new Stored(run, true));
        assertThat(info(run).payload().text()).isEqualTo("3");
        assertThat(info(run).dueAt()).isEqualTo(began.plusSeconds(15));
        seconds(15);
        assertThat(claimOne().payload()).asString().isEqualTo("3");
    }

    @Test
    void oneOfManyThatWaitTogetherIsMovedAlone() {
        List<KeyedRun> together = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            together.add(KeyedRuns.of(GREET, clock)
                    .debounce("d" + i, FIVE, null, false)
                    .build());
        }
        List<Stored> stored = store.keys().enqueue(together);
        seconds(3);
        trigger(KeyedRuns.of(GREET, clock).debounce("d4", FIVE, null, false));
        seconds(2);
        assertThat(claim(store, 100))
                .hasSize(9)
                .extracting(Claim::run)
                .doesNotContain(stored.get(4).run());
        seconds(3);
        assertThat(claimOne().run()).isEqualTo(stored.get(4).run());
    }

    @Test
    void sendingTheSameAgainMovesNothing() {
        KeyedRun first =
                KeyedRuns.of(GREET, clock).debounce("d", FIVE, null, false).build();
        Stored stored = store.keys().enqueue(List.of(first)).getFirst();
        clock.advance(Duration.ofSeconds(1));
        assertThat(store.keys().enqueue(List.of(first))).containsExactly(stored);
        assertRuns(1);
    }

    @Test
    void manyProcessesThatTriggerAtOnceGetOneRun() throws Exception {
        List<Store> stores = List.of(store, open(), open());
        List<Future<Stored>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 48; i++) {
                KeyStore keys = stores.get(i % stores.size()).keys();
                KeyedRun run = KeyedRuns.of(GREET, clock)
                        .debounce("d", FIVE, null, true)
                        .build();
                answers.add(threads.submit(() -> keys.enqueue(List.of(run)).getFirst()));
            }
        }
        Set<RunId> runs = new HashSet<>();
        for (Future<Stored> answer : answers) {
            runs.add(answer.get().run());
        }
        assertThat(runs).hasSize(1);
        assertRuns(1);
    }

    @Test
    void aTransactionOfAUsersTakesNone() throws SQLException {
        KeyedRun run =
                KeyedRuns.of(GREET, clock).debounce("d", FIVE, null, false).build();
        try (Connection connection = connect()) {
            assertThatThrownBy(() -> store.keys().enqueue(connection, List.of(run)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("trigger it after the commit");
        }
        assertRuns(0);
    }
}
