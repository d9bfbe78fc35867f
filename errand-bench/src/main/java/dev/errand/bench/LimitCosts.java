package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Limits;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What limits cost: the same runs drained without any, under a wide limit, one of 1, and one of 1 for each of many keys. */
public final class LimitCosts {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int BATCH = 1_000;
    private static final int KEYS = 10_000;

    /**
     * A way to limit.
     *
     * @param together how many runs of a key come together; 0 without keys
     */
    private record Shape(String name, Limits limits, int together) {}

    private static final List<Shape> SHAPES = List.of(
            new Shape("no limit", Limits.none(), 0),
            new Shape("limit of 1,000", Limits.none().concurrency(1_000), 0),
            new Shape("limit of 1", Limits.none().concurrency(1), 0),
            new Shape("10,000 keys in turn, no limit", Limits.none(), 1),
            new Shape("10,000 keys in turn, 1 each", Limits.none().concurrencyPerKey(1), 1),
            new Shape(
                    "10,000 keys, ten of a key together, 1 each", Limits.none().concurrencyPerKey(1), 10));

    private LimitCosts() {}

    /** Runs per second of each shape, by its name. */
    static Map<String, Double> measure(String url, int runs) throws InterruptedException {
        Map<String, Double> rates = new LinkedHashMap<>();
        for (int i = 0; i < SHAPES.size(); i++) {
            rates.put(SHAPES.get(i).name(), drain(url, "limits-" + i, SHAPES.get(i), runs));
        }
        return rates;
    }

    private static double drain(String url, String id, Shape shape, int runs) throws InterruptedException {
        TaskQueue queue = TaskQueue.named(id).limits(shape.limits());
        Tally tally = new Tally(runs);
        Task<Work.Order, Work.Receipt> task = Task.named(id, Work.Order.class, Work.Receipt.class)
                .queue(queue)
                .run((order, run) -> {
                    tally.ran(order.number(), run.id());
                    return new Work.Receipt(order.number(), true);
                });
        trigger(url, task, shape, runs);
        try (Errand errand = Errand.builder().store(url).open()) {
            long start = System.nanoTime();
            errand.add(task);
            tally.awaitAll(PATIENCE);
            for (RunId last : tally.last()) {
                Run<?> run = errand.run(last);
                while (!run.isFinished()) {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
            double rate = Clocks.perSecond(runs, start);
            if (!tally.eachOnce()) {
                throw new IllegalStateException("not every run was carried out once: " + shape.name());
            }
            return rate;
        }
    }

    private static void trigger(String url, Task<Work.Order, Work.Receipt> task, Shape shape, int runs) {
        try (Errand errand =
                Errand.builder().store(url).concurrency(0).tasks(task).open()) {
            for (int from = 0; from < runs; from += BATCH) {
                List<TriggerRequest> batch = new ArrayList<>();
                for (int number = from; number < Math.min(from + BATCH, runs); number++) {
                    @Nullable String key = shape.together() == 0 ? null : "key-" + number / shape.together() % KEYS;
                    TriggerOptions options = TriggerOptions.none();
                    batch.add(new TriggerRequest(
                            task.id(), Work.order(number), key == null ? options : options.concurrencyKey(key)));
                }
                errand.triggerAll(batch);
            }
        }
    }

    /** {@code java -cp … dev.errand.bench.LimitCosts [URL [RUNS]]}; without a URL in a file of its own, which is deleted. */
    public static void main(String[] arguments) throws InterruptedException {
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        if (arguments.length > 0) {
            print(measure(arguments[0], runs));
        } else {
            try (Arena arena = Arena.beside("jdbc:sqlite:.errand/errand.db", 1L << 30)) {
                Path file = arena.fresh();
                print(measure(Arena.url(file), runs));
            }
        }
    }

    private static void print(Map<String, Double> rates) {
        rates.forEach((name, rate) -> System.out.printf("%-45s %,10.0f runs/s%n", name, rate));
    }
}
