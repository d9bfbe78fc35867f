package dev.errand.store.postgres;

import dev.errand.StoreException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How to wait for transactions of users', which stay open as long as they like: not in the database, where that would keep a connection, but
 * by trying again.
 */
final class Patience {
    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 50;

    private Patience() {}

    /**
     * Tries until there is an answer. An interrupt does not break it off, nor does the time that passes a try: where the server does not answer
     * at all, the first and the last may each take as long as the connection's {@code socketTimeout} for every question in them, on top of that time.
     *
     * @param nanos for how long, about, as {@link Tries} count
     * @param attempt null is no answer
     * @param exhausted what to throw when that is over
     */
    static <T> T untilFree(long nanos, Supplier<@Nullable T> attempt, Supplier<StoreException> exhausted) {
        Tries tries = new Tries();
        long pause = FIRST_PAUSE_MILLIS;
        boolean interrupted = false;
        try {
            while (true) {
                long began = System.nanoTime();
                T answer = attempt.get();
                if (answer != null) {
                    return answer;
                }
                tries.inVain(began, System.nanoTime());
                if (tries.lasted(nanos)) {
                    throw exhausted.get();
                }
                interrupted |= pause(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether the thread was interrupted. */
    private static boolean pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }
}
