package dev.errand.compare.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The ways to trigger: many at once, one after the other by some threads, by a timetable. */
final class Triggers {
    /** Enough for a timetable to be kept while the disk takes its time. */
    private static final int CALLERS = 64;

    /** What one thread does until it is told that it is enough. */
    @FunctionalInterface
    private interface Once {
        boolean run() throws Exception;
    }

    private final Engine engine;

    Triggers(Engine engine) {
        this.engine = engine;
    }

    void bulk(int from, int count) throws Exception {
        for (int start = from; start < from + count; start += engine.batch()) {
            engine.triggerAll(Order.range(start, Math.min(start + engine.batch(), from + count)));
        }
    }

    void later(int from, int count) throws Exception {
        for (int start = from; start < from + count; start += engine.batch()) {
            engine.triggerLater(Order.range(start, Math.min(start + engine.batch(), from + count)));
        }
    }

    /** Answers how many were triggered: at most so many, and none begun once it is enough. */
    int oneByOne(int threads, int from, int most, BooleanSupplier enough) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        inThreads(threads, () -> {
            int index = enough.getAsBoolean() ? most : next.getAndIncrement();
            if (index >= most) {
                return false;
            }
            engine.trigger(Order.of(from + index));
            done.incrementAndGet();
            return true;
        });
        return done.get();
    }

    /** Triggers at the due times, or as soon after as callers are free; gives up at the deadline. */
    void byTimetable(int from, int count, long firstAt, long periodNanos, long deadline) throws Exception {
        AtomicInteger next = new AtomicInteger();
        inThreads(CALLERS, () -> {
            int index = next.getAndIncrement();
            if (index >= count || System.nanoTime() > deadline) {
                return false;
            }
            Order order = Order.of(from + index);
            awaitNanos(firstAt + index * periodNanos);
            engine.trigger(order);
            return true;
        });
    }

    private static void inThreads(int threads, Once once) throws Exception {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            callers.add(Thread.ofPlatform().name("trigger-" + i).start(() -> {
                try {
                    while (failure.get() == null && once.run()) {}
                } catch (Exception e) {
                    failure.set(e);
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private static void awaitNanos(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
