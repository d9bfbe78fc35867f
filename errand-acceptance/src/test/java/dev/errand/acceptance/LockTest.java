package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.ClaimLostException;
import dev.errand.LockInfo;
import dev.errand.LockLostException;
import dev.errand.LockTimeoutException;
import dev.errand.NamedLock;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class LockTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    private final Gate gate = new Gate();

    /** Holds the lock until the test lets it pass. */
    private final Task<String, ?> holds = Task.named("holds", String.class)
            .retry(Retry.none())
            .run((name, run) -> run.lock(name).run(gate::pass));

    /** Gives up soon. */
    private final Task<String, String> tries = Task.named("tries", String.class, String.class)
            .retry(Retry.none())
            .run((name, run) -> run.lock(name).call(SHORT, () -> "had it"));

    private final Task<String, String> takes = Task.named("takes", String.class, String.class)
            .retry(Retry.none())
            .run((name, run) -> run.lock(name).call(SOON, () -> "had it"));

    @AutoClose
    private final TestErrand test = TestStore.open(
            settings -> settings.tasks(holds, tries, takes).concurrency(8).drain(Duration.ZERO));

    private Run<?> hold(String name) throws InterruptedException {
        Run<?> run = test.errand().trigger(holds, name);
        gate.awaitArrivals(1);
        return run;
    }

    /** Not atomic, as what a lock is needed for. */
    private volatile int counter;

    @Test
    @SuppressWarnings("NonAtomicVolatileUpdate") // which is what the lock is for
    void underTheGlobalLockNothingIsLost() throws InterruptedException { // case 48
        Task<Integer, ?> counts = Task.named("counts", Integer.class).run((times, run) -> {
            for (int i = 0; i < times; i++) {
                run.lock().run(() -> counter++);
            }
        });
        test.errand().add(counts);
        List<? extends Run<?>> runs =
                List.of(test.errand().trigger(counts, 1_000), test.errand().trigger(counts, 1_000));
        for (Run<?> run : runs) {
            assertThat(run.result(Duration.ofMinutes(5)).state()).isEqualTo(RunState.COMPLETED);
        }
        assertThat(counter).isEqualTo(2_000);
        assertThat(test.errand().locks()).isEmpty();
    }

    @Test
    void whoFindsALockTakenForLongerThanItsPatienceIsToldWhoHasIt() throws InterruptedException { // case 49
        Run<?> holder = hold("ledger");
        long before = System.nanoTime();
        Run<String> late = test.errand().trigger(tries, "ledger");
        Soon.awaitWithin(SHORT.plusSeconds(2), "it gives up before anybody looks again", late::isFinished);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(SHORT);
        assertThat(late)
                .hasState(RunState.FAILED)
                .hasReason("Lock 'ledger' was not free within 500ms; %s (attempt 1) on node".formatted(holder.id()));
        assertThat(late.info().failure())
                .isNotNull()
                .satisfies(failure -> assertThat(failure.type()).isEqualTo(LockTimeoutException.class.getName()));
        gate.open();
        assertThat(holder.result(SOON).state()).isEqualTo(RunState.COMPLETED);
        assertThat(test.errand().trigger(takes, "ledger").await(SOON)).isEqualTo("had it");
    }

    @Test
    void aLockOfABodyThatThrowsIsFreeAtOnce() throws InterruptedException { // case 50
        Task<String, ?> throwing = Task.named("throwing", String.class)
                .retry(Retry.none())
                .run((name, run) -> run.lock(name).run(() -> {
                    throw new IOException("boom");
                }));
        test.errand().add(throwing);
        Run<?> run = test.errand().trigger(throwing, "ledger");
        run.result(SOON);
        assertThat(run).hasState(RunState.FAILED).hasReason("boom");
        Task<String, String> impatient = Task.named("impatient", String.class, String.class)
                .retry(Retry.none())
                .run((name, next) -> next.lock(name).call(Duration.ZERO, () -> "had it"));
        test.errand().add(impatient);
        assertThat(test.errand().trigger(impatient, "ledger").await(SOON)).isEqualTo("had it");
    }

    @Test
    void whoWaitsGetsItAsSoonAsItIsFree() throws InterruptedException {
        hold("ledger");
        Run<?> next = test.errand().trigger(holds, "ledger");
        test.until(next, RunState.EXECUTING);
        gate.letPass(1);
        gate.awaitArrivals(1);
        gate.open();
        assertThat(next.result(SOON).state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void whoAsksFirstGetsItFirst() throws InterruptedException {
        List<Integer> order = new CopyOnWriteArrayList<>();
        hold("ledger");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Thread thread = Thread.ofPlatform().start(() -> take("ledger", () -> order.add(number)));
            threads.add(thread);
            Soon.await("it waits", () -> isWaiting(thread));
        }
        gate.open();
        for (Thread thread : threads) {
            assertThat(thread.join(SOON)).isTrue();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private void take(String name, Runnable code) {
        try {
            test.errand().lock(name).run(code::run);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aThreadMayTakeAgainWhatItHolds() throws InterruptedException {
        Task<String, String> nests = Task.named("nests", String.class, String.class)
                .run((name, run) -> run.lock(name)
                        .call(() -> run.lock(name)
                                .call(Duration.ZERO, () -> run.lock(name).call(() -> "three deep"))));
        test.errand().add(nests);
        assertThat(test.run(nests, "ledger")).isEqualTo("three deep");
        assertThat(test.errand().locks()).isEmpty();
    }

    @Test
    void anotherThreadOfTheSameBodyWaitsLikeAnybody() throws InterruptedException {
        Task<String, Boolean> forks = Task.named("forks", String.class, Boolean.class)
                .run((name, run) -> run.lock(name)
                        .call(() -> CompletableFuture.supplyAsync(() -> {
                                    try {
                                        return run.lock(name).call(Duration.ZERO, () -> true);
                                    } catch (LockTimeoutException e) {
                                        return false;
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                })
                                .join()));
        test.errand().add(forks);
        assertThat(test.run(forks, "ledger")).isFalse();
    }

    @Test
    void aCancelEndsTheWaitAndTheHold() throws InterruptedException {
        Run<?> holder = hold("ledger");
        Run<?> waits = test.errand().trigger(holds, "ledger");
        test.until(waits, RunState.EXECUTING);
        waits.cancel();
        assertThat(waits.result(SOON).state()).isEqualTo(RunState.CANCELED);
        holder.cancel();
        assertThat(holder.result(SOON).state()).isEqualTo(RunState.CANCELED);
        assertThat(test.errand().trigger(takes, "ledger").await(SOON)).isEqualTo("had it");
        assertThat(test.errand().locks()).isEmpty();
    }

    @Test
    void aTimeoutEndsTheHold() throws InterruptedException {
        Task<String, ?> overruns = Task.named("overruns", String.class)
                .timeout(Duration.ofSeconds(30))
                .run((name, run) -> run.lock(name).run(gate::pass));
        test.errand().add(overruns);
        Run<?> run = test.errand().trigger(overruns, "ledger");
        gate.awaitArrivals(1);
        test.clock().advance(Duration.ofSeconds(30));
        assertThat(run.result(SOON).state()).isEqualTo(RunState.TIMED_OUT);
        assertThat(test.errand().trigger(takes, "ledger").await(SOON)).isEqualTo("had it");
    }

    @Test
    void whatABodyLeavesBehindHoldsNothing() throws Exception {
        BlockingQueue<Throwable> said = new LinkedBlockingQueue<>();
        Task<String, ?> leaves = Task.named("leaves", String.class).run((name, run) -> {
            CountDownLatch inside = new CountDownLatch(1);
            Thread.startVirtualThread(() -> {
                try {
                    run.lock(name).run(() -> {
                        inside.countDown();
                        gate.passStubbornly();
                    });
                } catch (LockLostException | InterruptedException e) {
                    said.add(e);
                }
                try {
                    run.lock(name).run(() -> said.add(new AssertionError("the body has ended")));
                } catch (ClaimLostException | InterruptedException e) {
                    said.add(e);
                }
            });
            inside.await();
        });
        test.errand().add(leaves);
        assertThat(test.errand().trigger(leaves, "ledger").result(SOON).state()).isEqualTo(RunState.COMPLETED);
        assertThat(test.errand().locks()).isEmpty();
        gate.open();
        assertThat(Soon.next(said)).isInstanceOf(LockLostException.class).hasMessageContaining("'ledger'");
        assertThat(Soon.next(said)).isInstanceOf(ClaimLostException.class);
        assertThat(test.errand().trigger(takes, "ledger").await(SOON)).isEqualTo("had it");
    }

    @Test
    void codeOutsideOfBodiesTakesTheSameLocks() throws InterruptedException {
        NamedLock lock = test.errand().lock("ledger");
        String answer = lock.call(() -> {
            assertThat(test.errand().locks())
                    .singleElement()
                    .matches(held -> held.name().equals("ledger") && held.run() == null && held.waiting() == 0);
            Run<String> run = test.errand().trigger(tries, "ledger");
            run.result(SOON);
            assertThat(run).hasState(RunState.FAILED).hasReason("code on node");
            return "done";
        });
        assertThat(answer).isEqualTo("done");
        hold("ledger");
        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> lock.run(Duration.ZERO, () -> {}))
                .satisfies(e -> assertThat(e.lock()).isEqualTo("ledger"))
                .satisfies(e -> assertThat(e.holder().map(LockInfo::attempt)).contains(1));
        gate.open();
    }

    @Test
    void namesAndTimesThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.errand().lock(" "))
                .withMessageContaining("1 to 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.errand().lock("x".repeat(257)))
                .withMessageContaining("257");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.errand().lock("x").run(Duration.ofMillis(-1), () -> {}))
                .withMessageContaining("negative");
    }
}
