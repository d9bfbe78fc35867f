package dev.errand.store.postgres;

import dev.errand.RunId;
import java.util.concurrent.TimeUnit;

/** What the ids of runs tell about their age: they are made by the clock of the process that triggers, other times by the store's. */
final class IdTime {
    static final long MILLISECOND = TimeUnit.MILLISECONDS.toMicros(1);

    /** No sane process's clock is wrong by more. */
    static final long WRONG = TimeUnit.HOURS.toMicros(25);

    private static final long AGREEMENT = TimeUnit.HOURS.toMicros(1);
    private static final long LATEST_MILLIS = (1L << 47) - 1;

    private IdTime() {}

    /**
     * Whether the two clocks tell about the same time: not if the store's is one that a test moves.
     *
     * @param now by the store's clock
     */
    static boolean agrees(long now) {
        long here = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
        return Math.abs(now - here) < AGREEMENT;
    }

    /** The first id that can have been made at this time, in microseconds. */
    static RunId id(long micros) {
        return new RunId(Math.clamp(micros / MILLISECOND, 0, LATEST_MILLIS) << 16, 0);
    }
}
