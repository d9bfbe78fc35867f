package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.Value;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/values.md, so that what stands there compiles and holds. */
class StockTest {
    record Order(int number, int pieces) {}

    private final List<String> done = new CopyOnWriteArrayList<>();

    private void pack(Order order) {
        done.add("pack " + order.number());
    }

    private final Task<Order, String> deliver = Task.named("deliver", Order.class, String.class)
            .run((order, run) -> {
                Value<Integer> stock = run.value("stock", Integer.class);
                int pieces =
                        run.until("in stock", Integer.class, () -> stock.get().filter(now -> now >= order.pieces()));
                run.step("pack", () -> pack(order));
                return "one of " + pieces;
            });

    private final Task<String, String> receipt = Task.named("receipt", String.class, String.class)
            .run((order, run) -> {
                RunId payment = RunId.of(order);
                String paid = run.until(
                        "paid",
                        String.class,
                        () -> run.resultOf(payment, String.class).map(RunResult::unwrap));
                return "receipt for " + paid;
            });

    private final Task<String, String> store = Task.named("store", String.class, String.class)
            .run((truck, run) -> {
                EventFilter unloaded = EventFilter.named("unloaded").withRun(RunId.of(truck));
                Json load = run.until(
                        "unloaded", Json.class, () -> run.latestEvent(unloaded).map(Event::data));
                run.log().info("stores {}", load);
                return "on the shelf";
            });

    private final Task<String, String> truck = Task.named("truck", String.class, String.class)
            .run((load, run) -> {
                run.raise("unloaded", load);
                return load;
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(deliver, receipt, store, truck);

    private int arrived(Errand errand, int pieces) {
        Value<Integer> stock = errand.value("stock", Integer.class);
        return stock.update(now -> (now == null ? 0 : now) + pieces).orElseThrow();
    }

    private final BlockingQueue<Optional<Integer>> shown = new LinkedBlockingQueue<>();

    private void show(Optional<Integer> stock) {
        shown.add(stock);
    }

    @Test
    void theExampleDeliversWhenThereIsEnough() throws InterruptedException {
        Run<String> run = test.errand().trigger(deliver, new Order(7, 10));
        test.until(run, RunState.WAITING);
        assertThat(arrived(test.errand(), 4)).isEqualTo(4);
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        assertThat(arrived(test.errand(), 8)).isEqualTo(12);
        assertThat(test.finish(run)).isCompleted().hasOutput("one of 12").hasSteps("in stock", "pack");
        assertThat(done).containsExactly("pack 7");
    }

    @Test
    void theExampleWritesAReceiptWhenAnotherRunHasEnded() throws InterruptedException {
        Run<String> delivery = test.errand().trigger(deliver, new Order(7, 10));
        Run<String> run = test.errand().trigger(receipt, delivery.id().toString());
        test.until(run, RunState.WAITING);
        arrived(test.errand(), 10);
        assertThat(test.finish(run)).isCompleted().hasOutput("receipt for one of 10");
    }

    @Test
    void theExampleStoresWhatWasUnloadedWhenItIsTold() throws InterruptedException {
        Duration late = Duration.ofHours(1);
        Run<String> lorry =
                test.errand().trigger(truck, "bricks", TriggerOptions.none().after(late));
        Run<String> run = test.errand().trigger(store, lorry.id().toString());
        test.until(run, RunState.WAITING);
        test.advance(late);
        assertThat(test.finish(run)).isCompleted().hasOutput("on the shelf");
        assertThat(run.log())
                .singleElement()
                .satisfies(line -> assertThat(line.message()).isEqualTo("stores \"bricks\""));
    }

    @Test
    void theExampleShowsTheStock() throws Exception {
        try (var watch = test.errand().value("stock", Integer.class).watch(Runnable::run, stock -> show(stock))) {
            assertThat(shown.poll(20, TimeUnit.SECONDS)).isEmpty();
            arrived(test.errand(), 4);
            assertThat(shown.poll(20, TimeUnit.SECONDS)).hasValue(4);
        }
    }
}
