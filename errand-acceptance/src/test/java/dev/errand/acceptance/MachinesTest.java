package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Machine;
import dev.errand.NodeInfo;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What attempts take of their node; two engines on one store. */
class MachinesTest {
    private final Gate gate = new Gate();
    private final AtomicInteger halves = new AtomicInteger();
    private final List<Integer> halvesAtStart = new CopyOnWriteArrayList<>();
    private final Task<Void, ?> half = Task.named("half", Void.class)
            .machine(Machine.MEDIUM_1X)
            .run((payload, run) -> {
                halvesAtStart.add(halves.incrementAndGet());
                try {
                    gate.pass();
                } finally {
                    halves.decrementAndGet();
                }
            });
    private final Task<Void, ?> free = Task.named("free", Void.class).run((payload, run) -> gate.pass());
    private final Task<Void, ?> large =
            Task.named("large", Void.class).machine(Machine.LARGE_1X).run((payload, run) -> {});
    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path folder;

    private String url;
    private TestErrand small;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        small = engine("small", Machine.of(2, 4));
    }

    @AfterEach
    void close() {
        gate.open();
        small.close();
    }

    private TestErrand engine(String name, Machine budget) {
        return TestErrand.open(
                clock,
                settings -> settings.store(url)
                        .nodeName(name)
                        .budget(budget)
                        .concurrency(8)
                        .tasks(half, free, large));
    }

    private List<Run<?>> trigger(Task<Void, ?> task, int count) {
        return Stream.<Run<?>>generate(() -> small.errand().trigger(task, null))
                .limit(count)
                .toList();
    }

    @Test
    void aNodeStartsWhatItsBudgetHoldsAndTheNextWhenSomethingIsFree() throws InterruptedException {
        Run<?> last = trigger(half, 5).getLast();
        gate.awaitArrivals(2);
        Soon.await(
                "it says what it waits for", () -> small.errand().why(last.id()).contains("all slots or budgets of"));
        List<Run<?>> costless = trigger(free, 3);
        gate.awaitArrivals(3); // costless ones pass those that wait
        for (Run<?> run : costless) {
            small.until(run, RunState.EXECUTING);
        }
        assertThat(halves).hasValue(2);
        gate.open();
        small.runUntilIdle();
        assertThat(halvesAtStart).hasSize(5).allMatch(count -> count <= 2);
    }

    @Test
    void nodesTellTheirBudgets() {
        assertThat(small.errand().nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.budget()).isEqualTo(Machine.of(2, 4)))
                .satisfies(node -> assertThat(node.tasks()).containsExactly("free", "half"));
    }

    @Test
    void aRunThatNoLivingNodeCanHoldWaitsForOneAndSaysSo() throws InterruptedException {
        // given
        Run<?> run = small.errand().trigger(large, null);
        small.errand().trigger(free, null);
        gate.awaitArrivals(1);
        assertThat(run).hasState(RunState.QUEUED);
        assertThat(small.errand().why(run.id()))
                .isEqualTo(
                        "It waits for a node with room for machine large-1x (4 CPUs and 8 GB); the largest living one has 2 CPUs and 4 GB.");
        // when
        try (TestErrand big = engine("big", Machine.of(8, 16))) {
            // then
            assertThat(run).endsWithin(SOON).isCompleted();
            assertThat(run.info().node()).isEqualTo(number(big));
        }
    }

    @Test
    void aRunWhoseSecondMachineNoLivingNodeCanHoldWaitsFromTheBeginning() {
        small.errand().put(IsolatedTasks.HUNGRY);
        Run<?> run = small.errand().trigger(IsolatedTasks.HUNGRY, 1);
        assertThat(small.errand().why(run.id())).startsWith("It waits for a node with room for machine large-1x");
    }

    private static Long number(TestErrand engine) {
        return engine.errand().nodes().stream()
                .filter(NodeInfo::self)
                .findFirst()
                .orElseThrow()
                .number();
    }

    @Test
    void aTriggerMayNeedMoreThanItsTask() throws InterruptedException {
        // given
        Run<?> run = small.errand().trigger(half, null, TriggerOptions.none().machine(Machine.LARGE_1X));
        Run<?> other = small.errand().trigger(half, null);
        gate.awaitArrivals(1); // the node leaves the task to others for a moment, not for good
        small.until(other, RunState.EXECUTING);
        assertThat(run).hasState(RunState.QUEUED);
        assertThat(small.errand().why(run.id())).contains("machine large-1x");
        // when
        try (TestErrand big = engine("big", Machine.of(8, 16))) {
            gate.open();
            // then
            assertThat(run).endsWithin(SOON).isCompleted();
            assertThat(run.info().node()).isEqualTo(number(big));
            assertThat(run.info().machine()).isEqualTo(Machine.LARGE_1X);
        }
    }

    @Test
    void theEnginesMachineIsThatOfTasksWithoutOne() throws InterruptedException {
        try (TestErrand engine = TestStore.open(settings -> settings.machine(Machine.SMALL_2X)
                .budget(Machine.of(8, 2.5))
                .concurrency(8)
                .tasks(free, half))) {
            for (int i = 0; i < 4; i++) {
                engine.errand().trigger(free, null);
            }
            gate.awaitArrivals(2);
            Run<?> waiting = engine.errand().trigger(half, null);
            assertThat(engine.errand().task("free"))
                    .hasValueSatisfying(task -> assertThat(task.machine()).isEqualTo(Machine.SMALL_2X));
            assertThat(engine.errand().task("half"))
                    .hasValueSatisfying(task -> assertThat(task.machine()).isEqualTo(Machine.MEDIUM_1X));
            assertThat(waiting).hasState(RunState.QUEUED);
            assertThat(gate.arrived()).isEqualTo(2);
            gate.open();
            engine.runUntilIdle();
        }
    }

    @Test
    void aSecondTryAfterRunningOutOfMemoryNeedsIsolation() {
        Task<Void, ?> task = Task.named("task", Void.class)
                .machine(Machine.MICRO)
                .onOutOfMemory(Machine.SMALL_1X)
                .run((payload, run) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> small.errand().add(task))
                .withMessageContaining("only isolated attempts are found to do so");
    }
}
