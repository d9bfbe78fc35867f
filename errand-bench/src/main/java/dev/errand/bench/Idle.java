package dev.errand.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;

/** What an engine costs that has nothing to do, in a JVM that does nothing else. */
final class Idle {
    /** Where the index of SQLite's log counts the transactions that wrote (the field iChange of its header). */
    private static final long CHANGES = 8;

    private Idle() {}

    /** @param schedules how many are in the store, due in years */
    static BenchReport.Idle measure(Stores stores, Duration span, int schedules) {
        String url = stores.fresh();
        BenchReport.Idle idle;
        try (Child engine = Child.start(IdleEngine.class, url, String.valueOf(schedules))) {
            engine.ask(); // it is open, and has run something
            Clocks.pass(span.dividedBy(2));
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
