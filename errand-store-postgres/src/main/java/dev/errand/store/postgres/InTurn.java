package dev.errand.store.postgres;

import dev.errand.StoreException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * As {@link Patience}, where many may wait at a time for transactions of users', and try on connections that others need: of those who have
 * found the lock taken one tries at a time, in the order in which they come, and the more they are the longer each pauses. So they have one
 * of two connections at most, and some hundreds of tries a second. An interrupt ends the wait: nothing was written, and a body that is to
 * stop, or a node that is to drain, does not have to wait for somebody else's transaction.
 */
final class InTurn {
    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 50;
    /** For each who waits, once they are many. */
    private static final long PAUSE_MILLIS_EACH = 2;

    private final long nanos;
    private final Semaphore turn = new Semaphore(1, true);
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * For so long each, about.
     *
     * @param nanos counted from the first try
     */
    InTurn(long nanos) {
        this.nanos = nanos;
    }

    /**
     * Tries until there is an answer.
     *
     * @param attempt null is no answer
     * @param exhausted what to throw when that takes too long, or the thread is interrupted
     */
    <T> T untilFree(Supplier<@Nullable T> attempt, Supplier<StoreException> exhausted) {
        T answer = attempt.get(); // most find it free, and none of those waits for a turn
        if (answer != null) {
            return answer;
        }
        long end = System.nanoTime() + nanos;
        waiting.incrementAndGet();
        try {
            return again(end, attempt, exhausted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw exhausted.get();
        } finally {
            waiting.decrementAndGet();
        }
    }

    private <T> T again(long end, Supplier<@Nullable T> attempt, Supplier<StoreException> exhausted)
            throws InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        while (System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(2 * pause, Math.max(LONGEST_PAUSE_MILLIS, PAUSE_MILLIS_EACH * waiting.get()));
            T answer = inTurn(end, attempt);
            if (answer != null) {
                return answer;
            }
        }
        throw exhausted.get();
    }

    private <T> @Nullable T inTurn(long end, Supplier<@Nullable T> attempt) throws InterruptedException {
        if (!turn.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return null;
        }
        try {
            return attempt.get();
        } finally {
            turn.release();
        }
    }
}
