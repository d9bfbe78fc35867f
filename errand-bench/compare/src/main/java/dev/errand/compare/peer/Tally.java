package dev.errand.compare.peer;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;

/**
 * Which bodies ran, by the numbers in their payloads, how often, and when first. Runs of one queue may be spread over several
 * processes, each with a tally of its own; their {@link #checksum}s add up.
 */
public final class Tally implements IntConsumer {
    private final int from;
    private final AtomicIntegerArray ran;
    private final long[] startedAt;
    private final AtomicInteger different = new AtomicInteger();
    private final AtomicInteger strays = new AtomicInteger();
    private final CountDownLatch all;
    private final int count;

    Tally(int from, int count) {
        this.from = from;
        this.count = count;
        ran = new AtomicIntegerArray(count);
        startedAt = new long[count];
        all = new CountDownLatch(count > 0 ? 1 : 0);
    }

    @Override
    public void accept(int number) {
        long now = System.nanoTime();
        int index = number - from;
        if (index < 0 || index >= count || ran.getAndIncrement(index) > 0) {
            strays.incrementAndGet();
            return;
        }
        startedAt[index] = now;
        if (different.incrementAndGet() == count) {
            all.countDown();
        }
    }

    int ran() {
        return different.get();
    }

    boolean awaitAll(Duration patience) throws InterruptedException {
        return all.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether no body ran twice here, and none that was not expected. */
    boolean clean() {
        return strays.get() == 0;
    }

    /** Equal for equal sets of numbers, and as good as never otherwise. */
    long checksum() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += ran.get(i) > 0 ? hash(from + i) : 0;
        }
        return sum;
    }

    /** Of all numbers of a range. */
    public static long checksum(int from, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += hash(from + i);
        }
        return sum;
    }

    /** At most 32 bits each, so that sums survive a JSON number. */
    private static long hash(int number) {
        return (number * 0x9E3779B97F4A7C15L) >>> 36;
    }

    int startedBy(long deadline) {
        int started = 0;
        for (int i = 0; i < count; i++) {
            started += ran.get(i) > 0 && startedAt[i] <= deadline ? 1 : 0;
        }
        return started;
    }

    /** The delays after the due times of those that ran, in nanoseconds. */
    long[] delays(int skip, long firstAt, long periodNanos) {
        long[] delays = new long[count - skip];
        int known = 0;
        for (int i = skip; i < count; i++) {
            if (ran.get(i) > 0) {
                delays[known++] = startedAt[i] - (firstAt + i * periodNanos);
            }
        }
        return Arrays.copyOf(delays, known);
    }
}
