package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the store on behalf of an attempt: while the store is away the attempt waits for a while, as who records does. */
final class Asking {
    /**
     * For how long a question is asked again. Whose store is away for longer has lost its lease, so that waiting on leads nowhere; and on
     * SQLite the body itself may hold the lock that the answer waits for, in a transaction of its own.
     */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);

    private final RunId run;
    private final BooleanSupplier over;
    private final long patience;

    /**
     * Nothing is asked yet.
     *
     * @param over whether the attempt is over
     * @param patience for how long a question is asked again
     */
    Asking(RunId run, BooleanSupplier over, Duration patience) {
        this.run = run;
        this.over = over;
        this.patience = patience.toNanos();
    }

    /**
     * The store's answer, sooner or later.
     *
     * @param question may be asked again
     * @throws StoreException if the attempt is over, its thread was interrupted, or its patience was at an end, before the store answered
     */
    <T> T answer(Supplier<T> question) {
        long end = System.nanoTime() + patience;
        for (long pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
            try {
                return question.get();
            } catch (StoreException e) {
                LockSupport.parkNanos(
                        this, Math.min(pause, end - System.nanoTime())); // returns at once if that is over
                if (over.getAsBoolean() || Thread.currentThread().isInterrupted() || System.nanoTime() - end >= 0) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("run", run)
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("The store did not answer an attempt, asking again");
            }
        }
    }
}
