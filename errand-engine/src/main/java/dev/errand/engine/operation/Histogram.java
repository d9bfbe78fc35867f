package dev.errand.engine.operation;

import dev.errand.Spread;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/** Counts durations by their size, in microseconds: eight sizes from each power of two to the next. */
final class Histogram {
    private static final int SIZES = 8;
    private static final int BITS = 3;

    private final TreeMap<Integer, Long> counts = new TreeMap<>();

    void add(Duration duration) {
        add(size(Math.max(0, duration.toNanos() / 1_000)), 1);
    }

    void add(int size, long count) {
        counts.merge(size, count, Long::sum);
    }

    void addAll(Histogram others) {
        others.counts.forEach(this::add);
    }

    Map<Integer, Long> counts() {
        return counts;
    }

    Spread spread() {
        return new Spread(part(0.50), part(0.95), part(0.99));
    }

    private Duration part(double part) {
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        long left = (long) Math.ceil(all * part);
        for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
            left -= entry.getValue();
            if (left <= 0) {
                return Duration.of(middle(entry.getKey()), ChronoUnit.MICROS);
            }
        }
        return Duration.ZERO;
    }

    /** What is less than eight is a size of its own. */
    static int size(long micros) {
        if (micros < SIZES) {
            return (int) micros;
        }
        int power = 63 - Long.numberOfLeadingZeros(micros);
        int within = (int) (micros >>> (power - BITS)) - SIZES;
        return (power - BITS + 1) * SIZES + within;
    }

    /** Of all that have this size. */
    static long middle(int size) {
        if (size < SIZES) {
            return size;
        }
        int shift = size / SIZES - 1;
        long first = (long) (SIZES + size % SIZES) << shift;
        return first + ((1L << shift) >> 1);
    }
}
