package dev.errand.store.sqlite;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether commits of users' transactions are expected, of which nobody tells, and how soon to look for them. Most come soon; while one stays
 * open it is looked for less often, but it is, since a process that is no node would look by itself at nothing else.
 */
final class Expected {
    static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    static final long LATER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long LATE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final LongSupplier nanoTime;
    private volatile boolean any;
    private volatile long lateFrom;

    Expected(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A transaction has written. Any thread. */
    void expect() {
        lateFrom = nanoTime.getAsLong() + LATE_AFTER_NANOS;
        any = true;
    }

    boolean any() {
        return any;
    }

    /** Whether any are, and from now on none: to be asked before it is looked, so that what has written after that is expected anew. */
    boolean take() {
        boolean were = any;
        if (were) {
            any = false;
        }
        return were;
    }

    /** What was taken is still to come. */
    void goOn() {
        any = true;
    }

    /** It could not be looked for. */
    void failed() {
        lateFrom = nanoTime.getAsLong();
        any = true;
    }

    /** In nanoseconds; 0 if none are expected. */
    long lookAfter() {
        if (!any) {
            return 0;
        }
        return nanoTime.getAsLong() - lateFrom < 0 ? SOON_NANOS : LATER_NANOS;
    }
}
