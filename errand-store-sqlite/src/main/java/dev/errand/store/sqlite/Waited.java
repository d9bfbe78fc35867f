package dev.errand.store.sqlite;

import java.util.concurrent.TimeUnit;

/** How long somebody has waited who tries again and again. Time in which the process stands still counts next to nothing: it does not try then. */
final class Waited {
    private static final long MOST_AT_ONCE = TimeUnit.MILLISECONDS.toNanos(100);

    private long last = System.nanoTime();
    private long nanos;

    /** Until now; to be asked after each try. */
    boolean isLongerThan(long most) {
        long now = System.nanoTime();
        nanos += Math.min(now - last, MOST_AT_ONCE);
        last = now;
        return nanos > most;
    }
}
