package dev.errand.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What is read off: time, the processor time of this process, the bytes it had written. */
final class Clocks {
    private static final Path IO = Path.of("/proc/self/io");
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final String WRITTEN = "write_bytes: ";

    private Clocks() {}

    static long micros() {
        return System.currentTimeMillis() * 1_000;
    }

    static double perSecond(long count, long startNanos) {
        return count * 1e9 / (System.nanoTime() - startNanos);
    }

    /** All threads of this process, those of the JVM included, in nanoseconds. */
    static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** All threads that live, in nanoseconds: finer than {@link #processorNanos}, which counts in hundredths of a second. */
    static long threadNanos() {
        try (Stream<Path> threads = Files.list(THREADS)) {
            return threads.mapToLong(Clocks::threadNanos).sum();
        } catch (IOException | UncheckedIOException e) {
            return processorNanos(); // not on this system
        }
    }

    private static long threadNanos(Path thread) {
        try {
            String text = Files.readString(thread.resolve("schedstat"));
            return Long.parseLong(text.substring(0, text.indexOf(' ')));
        } catch (NoSuchFileException e) {
            return 0; // it has just ended
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
