package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Task;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads that trigger one run after the other, each waiting until its run is durable. Beside it plain SQL: as many threads, one
 * connection behind a lock, since SQLite has one writer, and a commit for each job.
 */
final class OneByOneTrigger {
    /** One run or job. */
    @FunctionalInterface
    private interface Once {
        void run(int number) throws SQLException;
    }

    private OneByOneTrigger() {}

    static BenchReport.Rate measure(Arena arena, int threads, BenchOptions.Scale scale) throws Exception {
        Duration slice = scale.span().dividedBy(3L * scale.rounds());
        Task<Work.Order, Work.Receipt> task = Work.task((number, run) -> {});
        List<Double> engine = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        try (RawSql raw = new RawSql(arena.fresh());
                Errand errand = Errand.builder()
                        .store(Arena.url(arena.fresh()))
                        .concurrency(0)
                        .tasks(task)
                        .open()) {
            for (int i = 0; i <= scale.rounds(); i++) {
                double rawRate = perSecond(threads, slice, number -> {
                    byte[] payload = Work.json(number);
                    synchronized (raw) {
                        raw.trigger(payload);
                    }
                });
                double rate = perSecond(threads, slice, number -> errand.trigger(task, Work.order(number)));
                if (i > 0) { // the first warms up
                    plain.add(rawRate);
                    engine.add(rate);
                }
            }
        }
        arena.clear();
        return BenchReport.Rate.of(Statistics.median(engine), Statistics.median(plain));
    }

    private static double perSecond(int threads, Duration span, Once once) throws Exception {
        AtomicInteger done = new AtomicInteger();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        long start = System.nanoTime();
        long end = start + span.toNanos();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            callers.add(Thread.ofPlatform().name("trigger-" + i).start(() -> {
                try {
                    while (System.nanoTime() < end) {
                        once.run(done.getAndIncrement());
                    }
                } catch (SQLException | RuntimeException e) {
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
        return Clocks.perSecond(done.get(), start);
    }
}
