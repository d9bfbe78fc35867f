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
