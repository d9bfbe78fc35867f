package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.Limits;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What limits and steps cost: the same runs drained without any, under a wide limit, one of 1, and one of 1 for each of many keys; and with
 * ten steps each.
 */
final class DrainCosts {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int BATCH = 1_000;
    private static final int KEYS = 10_000;

    /** So many bodies with steps are under way at a time, so that their steps share commits. */
    private static final int AT_A_TIME = 1_000;

    /**
     * What is asked of runs.
     *
     * @param together how many runs of a key come together; 0 without keys
     * @param part of the runs there are otherwise, one in so many: what takes longer by intention gets fewer
     * @param steps how many steps each has
     */
    record Shape(String name, Limits limits, int together, int part, int steps) {
        static Shape limited(String name, Limits limits, int together) {
            return new Shape(name, limits, together, 1, 0);
        }
    }

    static final Shape UNLIMITED = Shape.limited("no limit", Limits.none(), 0);
    static final Shape WIDE = Shape.limited("limit of 1,000", Limits.none().concurrency(1_000), 0);
    static final Shape ONE = new Shape("limit of 1", Limits.none().concurrency(1), 0, 10, 0);
    static final Shape KEYS_UNLIMITED = Shape.limited("10,000 keys in turn, no limit", Limits.none(), 1);
    static final Shape KEYS_ONE =
            Shape.limited("10,000 keys in turn, 1 each", Limits.none().concurrencyPerKey(1), 1);
    static final Shape KEYS_TOGETHER = Shape.limited(
            "10,000 keys, ten of a key together, 1 each", Limits.none().concurrencyPerKey(1), 10);
    static final Shape STEPS = new Shape("no limit, ten steps each", Limits.none(), 0, 4, 10);

    static final List<Shape> SHAPES = List.of(UNLIMITED, WIDE, ONE, KEYS_UNLIMITED, KEYS_ONE, KEYS_TOGETHER, STEPS);

    private DrainCosts() {}

    static double drain(String url, Shape shape, int allRuns) throws InterruptedException {
        int runs = Math.max(1, allRuns / shape.part());
        TaskQueue queue = TaskQueue.named("limited").limits(shape.limits());
        Tally tally = new Tally(runs);
        Task<Work.Order, Work.Receipt> task = Task.named(Work.TASK, Work.Order.class, Work.Receipt.class)
                .queue(queue)
                .run((order, run) -> {
                    for (int step = 0; step < shape.steps(); step++) {
                        run.step("step", Work.Receipt.class, () -> new Work.Receipt(order.number(), true));
                    }
                    tally.ran(order.number(), run.id());
                    return new Work.Receipt(order.number(), true);
                });
        trigger(url, task, shape, runs);
        ErrandBuilder builder = Errand.builder().store(url);
        try (Errand errand = (shape.steps() == 0 ? builder : builder.concurrency(AT_A_TIME)).open()) {
            return carryOut(errand, task, tally);
        }
    }

    /** Runs per second, from the moment the engine gets the code of the task until the last end is recorded. */
    static double carryOut(Errand errand, Task<?, ?> task, Tally tally) throws InterruptedException {
        long start = System.nanoTime();
        errand.add(task);
        tally.awaitAll(PATIENCE);
        for (RunId last : tally.last()) {
            Run<?> run = errand.run(last);
            while (!run.isFinished()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        double rate = Clocks.perSecond(tally.runs(), start);
        if (!tally.eachOnce()) {
            throw new IllegalStateException("not every run was carried out once");
        }
        return rate;
    }

    private static void trigger(String url, Task<Work.Order, Work.Receipt> task, Shape shape, int runs) {
        try (Errand errand =
                Errand.builder().store(url).concurrency(0).tasks(task).open()) {
            for (int from = 0; from < runs; from += BATCH) {
                List<TriggerRequest> batch = new ArrayList<>();
                for (int number = from; number < Math.min(from + BATCH, runs); number++) {
                    batch.add(new TriggerRequest(task.id(), Work.order(number), options(shape, number)));
                }
                errand.triggerAll(batch);
            }
        }
    }

    private static TriggerOptions options(Shape shape, int number) {
        return shape.together() == 0
                ? TriggerOptions.none()
                : TriggerOptions.none().concurrencyKey("key-" + number / shape.together() % KEYS);
    }
}
