package dev.errand.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What is read off: time, the processor time of this process, the bytes it had written. */
final class Clocks {
    private static final Path IO = Path.of("/proc/self/io");
    private static final String WRITTEN = "write_bytes: ";

    private Clocks() {}

    static long micros() {
        return System.currentTimeMillis() * 1_000;
    }

    /** The time of day, which is the same in all processes, in nanoseconds since 1970. */
    static long nanosOfAll() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    static double perSecond(long count, long startNanos) {
        return count * 1e9 / (System.nanoTime() - startNanos);
    }

    /** All threads of this process, those of the JVM included, in nanoseconds; of hundredths of a second, see {@link ProcessorClock}. */
    static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** What this process has caused to be written to disks; empty where the system does not say. */
    static OptionalLong bytesWritten() {
        try {
            return Files.readAllLines(IO).stream()
                    .filter(line -> line.startsWith(WRITTEN))
                    .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length())))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns at the moment, or at once if it has passed. */
    static void awaitNanos(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static void pass(Duration time) {
        awaitNanos(System.nanoTime() + time.toNanos());
    }
}
