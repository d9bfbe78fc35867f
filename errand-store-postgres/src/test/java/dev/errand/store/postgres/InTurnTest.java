package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Many who wait for a lock leave room for others meanwhile. */
class InTurnTest {
    private static final int MANY = 40;
    private final StoreException taken = new StoreException("it is taken");

    private final AtomicBoolean free = new AtomicBoolean();
    private final AtomicInteger tries = new AtomicInteger();
    private final AtomicInteger again = new AtomicInteger();
    private final AtomicInteger mostAgain = new AtomicInteger();

    /** One who waits; his first try is not counted. */
    private CompletableFuture<String> waits(InTurn patience) {
        AtomicBoolean first = new AtomicBoolean(true);
        return ValueNodes.aside(() -> patience.untilFree(
                () -> {
                    tries.incrementAndGet();
                    if (first.getAndSet(false)) {
                        return null;
                    }
                    mostAgain.accumulateAndGet(again.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(100_000);
                    again.decrementAndGet();
                    return free.get() ? "answer" : null;
                },
                () -> taken));
    }

    @Test
    void ofManyWhoWaitOneTriesAtATime() throws Exception {
        InTurn patience = new InTurn(TimeUnit.SECONDS.toNanos(60));
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(waits(patience));
        }
        while (tries.get() < 10 * MANY) {
            Thread.onSpinWait();
        }
        free.set(true);
        for (CompletableFuture<String> each : all) {
            assertThat(ValueNodes.get(each)).isEqualTo("answer");
        }
        assertThat(mostAgain).hasValue(1);
    }

    @Test
    void whoIsInterruptedGivesUpAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> new InTurn(TimeUnit.SECONDS.toNanos(60)).untilFree(() -> null, () -> taken))
                .isSameAs(taken);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whoFindsItFreeIsAnsweredThoughInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(new InTurn(1).<String>untilFree(() -> "answer", () -> taken)).isEqualTo("answer");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whoHasWaitedForLongGivesUp() {
        assertThatThrownBy(() -> new InTurn(1).untilFree(() -> null, () -> taken))
                .isSameAs(taken);
    }
}
