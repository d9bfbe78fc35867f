package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Limits;
import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.RunOptions;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.TcpProxy;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** For how long something is tried again. */
class PatienceTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final StoreException taken = new StoreException("taken");
    private final AtomicInteger tries = new AtomicInteger();

    private void standStill() {
        long end = System.nanoTime() + 10 * MILLISECOND;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoStoodStillForLongerThanThatTriesOnceMore() {
        String answer = Patience.untilFree(
                MILLISECOND,
                () -> {
                    standStill();
                    return tries.incrementAndGet() == 1 ? null : "answer";
                },
                () -> taken);
        assertThat(answer).isEqualTo("answer");
    }

    @Test
    void whoTriesForLongerThanThatGivesUp() {
        assertThatThrownBy(() -> Patience.untilFree(MILLISECOND, () -> null, () -> taken))
                .isSameAs(taken);
    }

    private static NewRun run(Clock clock, RunOptions options) {
        return NewRuns.of("greet", clock).options(options).build();
    }

    /** Alone in a queue, and in one that may be full. */
    @Test
    @Tag("full") // it waits for longer than a trigger is patient
    void aTriggerWhoseProcessStoodStillUntilItsConnectionWasLostIsTriedOnceMore() throws Exception {
        PostgresServer server = PostgresServer.shared();
        String database = server.createDatabase();
        Clock clock = Clock.systemUTC();
        try (TcpProxy proxy = TcpProxy.to(server.port());
                PostgresStore store = PostgresStore.open(
                        Settings.of(new StoreSettings(server.url(database, proxy.port()), null, Map.of(), clock)),
                        clock)) {
            // given
            store.queues().declare(List.of(new QueueEntry("mail", Limits.none().maxPending(2))));
            NewRun plain = run(clock, RunOptions.NONE);
            NewRun capped = run(clock, RunOptions.NONE.withQueue("mail"));
            store.enqueue(List.of(run(clock, RunOptions.NONE)));
            store.enqueue(List.of(run(clock, RunOptions.NONE.withQueue("mail"))));
            // when
            proxy.stall();
            List<CompletableFuture<Boolean>> triggers = List.of(plain, capped).stream()
                    .map(run -> ValueNodes.aside(() -> {
                        store.enqueue(List.of(run));
                        return true;
                    }))
                    .toList();
            TimeUnit.SECONDS.sleep(11); // for so long it stands still
            proxy.cut();
            proxy.heal();
            // then
            for (CompletableFuture<Boolean> trigger : triggers) {
                assertThat(ValueNodes.get(trigger)).isTrue();
            }
            assertThat(List.of(plain, capped))
                    .allSatisfy(run -> assertThat(store.find(run.id())).isPresent());
        }
    }
}
