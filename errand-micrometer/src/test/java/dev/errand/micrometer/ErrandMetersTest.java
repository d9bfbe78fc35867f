package dev.errand.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ErrandMetersTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Task<Integer, Integer> HALF = Task.named("half", Integer.class, Integer.class)
            .retry(Retry.none())
            .run((number, run) -> {
                if (number % 2 == 1) {
                    throw new IllegalArgumentException("odd");
                }
                return number / 2;
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(
            settings -> settings.tasks(HALF).queues(TaskQueue.named("later")).concurrency(3));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AutoClose
    private final ErrandMeters meters = new ErrandMeters(test.errand());

    private double counted(String name, String key, String value) {
        return registry.find(name).tag(key, value).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void whatANodeDoesIsCountedByTask() throws InterruptedException {
        meters.bindTo(registry);
        for (int number = 0; number < 5; number++) {
            test.finish(test.errand().trigger(HALF, number));
        }
        await(() -> counted("errand.runs.ended", "task", "half") == 5, "all ends are counted");
        assertThat(counted("errand.runs.triggered", "task", "half")).isEqualTo(5);
        assertThat(counted("errand.runs.ended", "state", "completed")).isEqualTo(3);
        assertThat(counted("errand.runs.ended", "state", "failed")).isEqualTo(2);
        assertThat(registry.get("errand.attempts")
                        .tag("outcome", "returned")
                        .timer()
                        .count())
                .isEqualTo(3);
        assertThat(registry.get("errand.attempts")
                        .tag("outcome", "threw")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("errand.concurrency").gauge().value()).isEqualTo(3);
        await(() -> registry.get("errand.executing").gauge().value() == 0, "the slots are free");
        assertThat(registry.get("errand.nodes").gauge().value()).isEqualTo(1);
        meters.close();
        test.finish(test.errand().trigger(HALF, 6));
        assertThat(counted("errand.runs.triggered", "task", "half"))
                .as("nobody listens any more")
                .isEqualTo(5);
    }

    @Test
    void ofQueuesTheLongestAreTold() {
        test.errand().withdraw("half");
        test.errand().trigger("half", 2, TriggerOptions.none().queue("later"));
        test.clock().advance(Duration.ofSeconds(90));
        test.errand().trigger("half", 2);
        meters.bindTo(registry);
        assertThat(registry.get("errand.waiting").gauge().value()).isEqualTo(2);
        assertThat(registry.get("errand.oldest").gauge().value()).isEqualTo(90);
        assertThat(registry.get("errand.queue.oldest")
                        .tag("queue", "later")
                        .gauge()
                        .value())
                .isEqualTo(90);
        assertThat(registry.get("errand.queue.waiting")
                        .tag("queue", "task/half")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void manyQueuesMakeFewSeries() {
        IntStream.range(0, QueueGauges.SHOWN + 20).forEach(number -> {
            String id = "task-" + number;
            test.errand().add(Task.named(id, Integer.class, Integer.class).run((payload, run) -> payload));
            test.errand().withdraw(id);
            test.errand().trigger(id, 2);
        });
        meters.bindTo(registry);
        assertThat(registry.get("errand.waiting").gauge().value()).isEqualTo(QueueGauges.SHOWN + 20);
        assertThat(registry.find("errand.queue.waiting").meters())
                .extracting(Meter::getId)
                .extracting(id -> id.getTags())
                .hasSize(QueueGauges.SHOWN)
                .allSatisfy(tags -> assertThat(tags).extracting(Tag::getKey).containsExactly("queue"));
    }
}
