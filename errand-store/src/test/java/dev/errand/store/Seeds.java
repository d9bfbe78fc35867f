package dev.errand.store;

import java.util.stream.LongStream;

/** What the histories are made from, so that one that broke can be had again: {@code -Derrand.seed=7}. */
final class Seeds {
    private Seeds() {}

    /** A few, or the one that was asked for. */
    static LongStream few() {
        Long asked = Long.getLong("errand.seed");
        return asked == null ? LongStream.rangeClosed(1, 3) : LongStream.of(asked);
    }

    /** Whether as much is to be done as before a release. */
    static boolean isFull() {
        return Integer.getInteger("errand.kills", 5) >= 100;
    }

    /** More of them, and one that nobody has seen yet; or the one that was asked for. */
    static LongStream many() {
        return Long.getLong("errand.seed") != null
                ? few()
                : LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.of(System.nanoTime()));
    }

    /** Does a step so often; what breaks says how to see it again. */
    static void steps(long seed, int count, Runnable step) {
        for (int i = 1; i <= count; i++) {
            try {
                step.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "-Derrand.seed=%d, step %d of %d: %s".formatted(seed, i, count, e.getMessage()), e);
            }
        }
    }
}
