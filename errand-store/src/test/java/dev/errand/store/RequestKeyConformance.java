package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retention;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.KeyStore.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Keys of requests: a trigger that is sent again, since its answer was lost, comes to the same run. */
public abstract class RequestKeyConformance extends StoreTest {
    private static final int SENDERS = 32;

    private KeyedRuns greet() {
        return KeyedRuns.of(GREET, clock);
    }

    private Stored trigger(KeyedRuns run) {
        return trigger(store, run);
    }

    private static Stored trigger(Store at, KeyedRuns run) {
        return at.keys().enqueue(List.of(run.build())).getFirst();
    }

    private void assertRuns(int count) {
        assertThat(store.list(RunQuery.all()).items()).hasSize(count);
    }

    @Test
    void whatIsSentAgainIsOneRunInEveryProcessAndAfterAReopening() {
        Stored first = trigger(greet().request("r"));
        assertThat(first.hit()).isFalse();
        assertThat(trigger(greet().request("r").payload("2"))).isEqualTo(first);
        assertThat(trigger(open(), greet().request("r"))).isEqualTo(first);
        reopen();
        assertThat(trigger(greet().request("r"))).isEqualTo(first);
        assertThat(trigger(greet().request("s"))).isNotEqualTo(first);
        assertThat(trigger(KeyedRuns.of("another", clock).request("r"))).isNotEqualTo(first);
        assertThat(trigger(greet().key("r"))).as("no request").isNotEqualTo(first);
        assertRuns(4);
    }

    @Test
    void itIsTheSameRunWhateverBecameOfIt() {
        store.join("node", 1);
        for (RunState state : List.of(RunState.COMPLETED, RunState.CANCELED, RunState.FAILED, RunState.CRASHED)) {
            Stored first = trigger(greet().request("of " + state));
            record(state == RunState.COMPLETED ? completed(claimOne()) : ended(claimOne(), state, null, false));
            assertThat(trigger(greet().request("of " + state))).as(state.name()).isEqualTo(first);
        }
        assertRuns(4);
    }

    @Test
    void itIsForgottenAfterAWhile() {
        Stored first = trigger(greet().request("r"));
        clock.advance(KeyedRuns.MEMORY.minusSeconds(1));
        store.prune(Retention.forever(), 100);
        assertThat(trigger(greet().request("r"))).isEqualTo(first);
        clock.advance(Duration.ofSeconds(1));
        Stored second = trigger(greet().request("r"));
        assertThat(second.run()).isNotEqualTo(first.run());
        assertThat(trigger(greet().request("r"))).isEqualTo(second);
        clock.advance(KeyedRuns.MEMORY);
        store.prune(Retention.forever(), 100);
        assertThat(trigger(greet().request("r")).run()).isNotEqualTo(second.run());
    }

    @Test
    void aHitIsRememberedTooThoughItsKeyBecomesFree() {
        store.join("node", 1);
        Stored first = trigger(greet().key("k"));
        assertThat(trigger(greet().key("k").request("r"))).isEqualTo(new Stored(first.run(), true));
        record(ended(claimOne(), RunState.FAILED, null, false));
        assertThat(trigger(greet().key("k").request("r")).run())
                .as("sent again")
                .isEqualTo(first.run());
        Stored second = trigger(greet().key("k").request("another"));
        assertThat(second.hit()).isFalse();
        assertThat(second.run()).isNotEqualTo(first.run());
    }

    @Test
    void aResetOfTheKeyDoesNotMakeOneRequestTwoRuns() {
        Stored first = trigger(greet().key("k").request("r"));
        assertThat(store.keys().reset(GREET, KeyHash.of("k"))).isTrue();
        assertThat(trigger(greet().key("k").request("r"))).isEqualTo(first);
        assertThat(store.keys().reset(GREET, KeyHash.of("k")))
                .as("is free still")
                .isFalse();
    }

    @Test
    void aBurstIsNotMovedByWhatIsSentAgain() {
        Duration delay = Duration.ofSeconds(5);
        Stored first = trigger(greet().debounce("d", delay, null, false).request("r"));
        clock.advance(Duration.ofSeconds(2));
        assertThat(trigger(greet().debounce("d", delay, null, false).request("r")))
                .isEqualTo(first);
        assertThat(info(first.run()).dueAt())
                .isEqualTo(info(first.run()).createdAt().plus(delay));
    }

    @Test
    void manyThatSendTheSameAtOnceGetOneRun() throws Exception {
        List<Store> stores = List.of(store, open(), open());
        CountDownLatch ready = new CountDownLatch(SENDERS);
        List<Future<Stored>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SENDERS; i++) {
                Store at = stores.get(i % stores.size());
                KeyedRuns run = greet().request("r");
                answers.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return trigger(at, run);
                }));
            }
        }
        Stored first = answers.getFirst().get();
        for (Future<Stored> answer : answers) {
            assertThat(answer.get()).isEqualTo(first);
        }
        assertThat(first.hit()).isFalse();
        assertRuns(1);
    }
}
