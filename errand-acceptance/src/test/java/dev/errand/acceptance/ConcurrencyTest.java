package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
    private final Gate gate = new Gate();
    private final List<Integer> order = new CopyOnWriteArrayList<>();
    private final List<Integer> runningAtStart = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final Task<Integer, ?> blocks = Task.named("blocks", Integer.class).run((payload, run) -> {
        order.add(payload);
        runningAtStart.add(running.incrementAndGet());
        try {
            gate.pass();
        } finally {
            running.decrementAndGet();
        }
    });

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(blocks).concurrency(2));

    private List<? extends Run<?>> trigger(int count) {
        return test.errand()
                .triggerAll(blocks, IntStream.range(0, count).boxed().toList());
    }

    @Test
    void noMoreRunThanThereAreSlots() throws InterruptedException { // case 6
        List<? extends Run<?>> runs = trigger(5);
        gate.awaitArrivals(2);
        test.until(runs.get(0), RunState.EXECUTING);
        test.until(runs.get(1), RunState.EXECUTING);
        assertThat(runs.stream().skip(2)).allMatch(run -> run.state() == RunState.QUEUED);
        gate.open();
        test.runUntilIdle();
        assertThat(runningAtStart).hasSize(5).allMatch(count -> count <= 2);
    }

    @Test
    void runsStartInTheOrderOfTheirTriggers() throws InterruptedException { // case 7
        test.errand().concurrency(1);
        gate.open();
        for (int i = 0; i < 50; i++) {
            test.errand().trigger(blocks, i);
        }
        test.runUntilIdle();
        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
    }

    @Test
    void aConcurrencyBelowOneIsRefusedAndTheOldOneStays() { // case 8
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.errand().concurrency(0))
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.errand().concurrency(-1))
                .withMessageContaining("-1");
        assertThat(test.errand().concurrency()).isEqualTo(2);
    }

    @Test
    void aLowerLimitEndsNoneAndStartsNoneUntilItIsMet() throws InterruptedException { // case 9
        test.errand().concurrency(4);
        List<? extends Run<?>> runs = trigger(6);
        gate.awaitArrivals(4);
        test.errand().concurrency(1);
        for (int ended = 1; ended <= 3; ended++) {
            gate.letPass(1);
        }
        Soon.await("three of four end", () -> running.get() == 1);
        assertThat(gate.arrived()).isEqualTo(4);
        gate.open();
        test.runUntilIdle();
        assertThat(runs)
                .allMatch(run ->
                        run.state() == RunState.COMPLETED && run.attempts().size() == 1);
        assertThat(runningAtStart.subList(4, 6)).containsExactly(1, 1);
    }

    @Test
    void aHigherLimitStartsWhatWaitsWithoutAnotherTrigger() throws InterruptedException { // case 10
        trigger(5);
        gate.awaitArrivals(2);
        test.errand().concurrency(5);
        Soon.awaitWithin(Duration.ofSeconds(3), "all start before the safety net", () -> gate.arrived() == 5);
        assertThat(test.errand().concurrency()).isEqualTo(5);
        assertThat(test.errand().nodes()).singleElement().matches(node -> node.concurrency() == 5);
    }

    @Test
    void aChangeHoldsFromTheFirstMomentOfAnEngine() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            try (TestErrand fresh =
                    TestStore.open(settings -> settings.tasks(blocks).concurrency(4))) {
                fresh.errand().concurrency(1);
                runningAtStart.clear();
                fresh.errand().triggerAll(blocks, List.of(1, 2, 3, 4));
                gate.awaitArrivals(1);
                gate.letPass(4);
                gate.awaitArrivals(3);
                fresh.runUntilIdle();
                assertThat(runningAtStart).containsExactly(1, 1, 1, 1);
            }
        }
    }

    @Test
    void aSlotThatIsFreeIsTakenByTheNextRun() throws InterruptedException {
        List<? extends Run<?>> runs = trigger(3);
        gate.awaitArrivals(2);
        gate.letPass(1);
        gate.awaitArrivals(1);
        gate.open();
        for (Run<?> run : runs) {
            assertThat(run.result(SOON).state()).isEqualTo(RunState.COMPLETED);
        }
    }
}
