package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Schedule;
import dev.errand.Task;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What an engine costs that has nothing to do, in a JVM that does nothing else. */
final class Idle {
    /** Where the index of SQLite's log counts the transactions that wrote (the field iChange of its header). */
    private static final long CHANGES = 8;

    private static final int THREADS = 64;

    private Idle() {}

    /**
     * Of an engine that finds the schedules there: one that has just stored thousands has a compiler which is busy with that for a while.
     *
     * @param schedules how many are in the store, due in years
     */
    static BenchReport.Idle measure(Stores stores, Duration span, int schedules) {
        String url = stores.fresh();
        schedule(url, schedules);
        BenchReport.Idle idle;
        try (Child engine = Child.start(IdleEngine.class, url)) {
            engine.ask(); // it is open, and has run something
            Clocks.pass(span); // the compiler comes to rest
            long cpu = engine.ask();
            long transactions = stores.transactions(url);
            long start = System.nanoTime();
            Clocks.pass(span);
            long cpuNanos = engine.ask() - cpu;
            double nanos = System.nanoTime() - start;
            idle = new BenchReport.Idle(
                    Statistics.rounded((stores.transactions(url) - transactions) * 1e9 / nanos, 2),
                    Statistics.rounded(100 * cpuNanos / nanos, 3));
        }
        stores.clear();
        return idle;
    }

    /** Due in many years, all at different times. */
    private static void schedule(String url, int schedules) {
        Task<Work.Order, Work.Receipt> task = Work.task((number, run) -> {});
        Schedule yearly = Schedule.cron("0 0 1 1 *")
                .start(Instant.now().plus(Duration.ofDays(3_650)))
                .spread(Duration.ofDays(1))
                .payload(Work.order(1));
        try (Errand errand =
                        Errand.builder().store(url).concurrency(0).tasks(task).open();
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < schedules; i++) {
                String key = "schedule-" + i;
                threads.execute(() -> errand.schedules().put(key, task, yearly));
            }
        }
    }

    /** How many transactions have written to the database. Not for a process that has it open: to close any file of it drops SQLite's locks. */
    static int transactions(Path file) throws IOException {
        try (RandomAccessFile index = new RandomAccessFile(file + "-shm", "r")) {
            byte[] count = new byte[Integer.BYTES];
            index.seek(CHANGES);
            index.readFully(count);
            return ByteBuffer.wrap(count).order(ByteOrder.nativeOrder()).getInt();
        }
    }
}
