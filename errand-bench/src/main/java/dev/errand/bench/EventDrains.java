package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** What the event log costs a drain, and what those cost who listen meanwhile, in the same process. */
final class EventDrains {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int BATCH = 1_000;
    /** Runs have names, so many different ones. */
    private static final int NAMES = 100;

    /**
     * Who listens.
     *
     * @param written whether events are written to the log
     * @param all whether each hears of all runs; else each of those of a name, so that together they hear of each run once
     * @param part of the runs there are otherwise, one in so many
     */
    record Listeners(String name, boolean written, int count, boolean all, int part) {}

    static final Listeners NOT_WRITTEN = new Listeners("nobody listens, nothing written", false, 0, true, 1);
    static final Listeners NONE = new Listeners("nobody listens", true, 0, true, 1);
    static final Listeners ONE = new Listeners("1 listener to everything", true, 1, true, 1);
    static final Listeners EACH_SOME = new Listeners("100 listeners, each to runs of its own", true, NAMES, false, 1);
    /** Each of which is called for all that happens: more calls than anything else there is to do. */
    static final Listeners EACH_ALL = new Listeners("100 listeners to everything", true, NAMES, true, 4);

    static final List<Listeners> ALL = List.of(NOT_WRITTEN, NONE, ONE, EACH_SOME, EACH_ALL);
    static final List<Listeners> WITH_GOAL = List.of(ONE, EACH_SOME);

    /** @param heardAfterSeconds from the last commit until all had heard of all */
    record Result(double runsPerSecond, double heardAfterSeconds) {}

    private EventDrains() {}

    static Result measure(Stores stores, Listeners listeners, int allRuns) throws InterruptedException {
        int runs = Math.max(1, allRuns / listeners.part());
        String url = stores.fresh();
        Tally tally = new Tally(runs);
        Task<Work.Order, Work.Receipt> task = Work.task((number, run) -> tally.ran(number, run.id()));
        trigger(url, task, runs);
        if (!listeners.written()) {
            stores.keepNoEvents(url);
        }
        Result result;
        try (Errand errand = Errand.builder().store(url).open()) {
            LongAdder ends = new LongAdder();
            for (int i = 0; i < listeners.count(); i++) {
                errand.on(filter(listeners, i), event -> {
                    if (event.isEnd()) {
                        ends.increment();
                    }
                });
            }
            double rate = DrainCosts.carryOut(errand, task, tally);
            long start = System.nanoTime();
            awaitAll(ends, (long) runs * (listeners.all() ? listeners.count() : 1));
            result = new Result(rate, (System.nanoTime() - start) / 1e9);
        }
        stores.clear();
        return result;
    }

    private static EventFilter filter(Listeners listeners, int number) {
        EventFilter all = EventFilter.named(Event.STATE);
        return listeners.all() ? all : all.withRunName(name(number));
    }

    private static String name(int number) {
        return "client-" + number % NAMES;
    }

    private static void trigger(String url, Task<Work.Order, Work.Receipt> task, int runs) {
        try (Errand errand =
                Errand.builder().store(url).concurrency(0).tasks(task).open()) {
            for (int from = 0; from < runs; from += BATCH) {
                List<TriggerRequest> batch = new ArrayList<>();
                for (int number = from; number < Math.min(from + BATCH, runs); number++) {
                    TriggerOptions named = TriggerOptions.none().name(name(number));
                    batch.add(new TriggerRequest(task.id(), Work.order(number), named));
                }
                errand.triggerAll(batch);
            }
        }
    }

    private static void awaitAll(LongAdder heard, long all) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (heard.sum() < all) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("only %,d of %,d ends were heard of".formatted(heard.sum(), all));
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
