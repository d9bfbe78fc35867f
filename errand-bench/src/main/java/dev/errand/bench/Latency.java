package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long from a trigger to the first line of its body, triggers coming by a timetable that does not care how the engine keeps
 * up. The time counts from the timetable, so a trigger that is held up by the one before it is charged for the delay, and so is
 * the way the operating system wakes the thread that triggers.
 */
final class Latency {
    /** Enough for the timetable to be kept while the disk takes its time. */
    private static final int CALLERS = 64;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What the watched runs show. */
    record Result(BenchReport.Latency latency, boolean verified) {}

    private final Errand errand;
    private final Task<Work.Order, Work.Receipt> task;
    private final Tally tally;
    private final long[] startedAt;
    private final AtomicInteger next = new AtomicInteger();
    private final long periodNanos;
    private final long firstAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);

    private Latency(Path file, int perSecond, int runs) {
        tally = new Tally(runs);
        startedAt = new long[runs];
        periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        task = Work.task((number, run) -> {
            long now = System.nanoTime();
            startedAt[number] = now;
            tally.ran(number, run.id());
        });
        errand = Errand.open(Arena.url(file), task);
    }

    /** Watches for the span, after a third of it to warm up. */
    static Result measure(Arena arena, int perSecond, Duration span) throws InterruptedException {
        int watched = (int) (span.toMillis() * perSecond / 1_000);
        int before = watched / 3;
        Latency latency = new Latency(arena.fresh(), perSecond, before + watched);
        try (Errand _ = latency.errand) {
            latency.trigger();
            latency.tally.awaitAll(PATIENCE);
        }
        arena.clear();
        return latency.result(before);
    }

    private void trigger() throws InterruptedException {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofPlatform().name("timetable-" + i).start(this::triggerInTime));
        }
        for (Thread caller : callers) {
            caller.join();
        }
    }

    private void triggerInTime() {
        for (int number = next.getAndIncrement(); number < startedAt.length; number = next.getAndIncrement()) {
            Work.Order order = Work.order(number);
            Clocks.awaitNanos(due(number));
            errand.trigger(task, order);
        }
    }

    private long due(int number) {
        return firstAt + number * periodNanos;
    }

    private Result result(int from) {
        long[] nanos = new long[startedAt.length - from];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = startedAt[from + i] - due(from + i);
        }
        BenchReport.Latency latency = new BenchReport.Latency(
                millis(Statistics.percentile(nanos, 50)), millis(Statistics.percentile(nanos, 99)));
        return new Result(latency, tally.eachOnce());
    }

    private static double millis(long nanos) {
        return Statistics.rounded(nanos / 1e6, 3);
    }
}
