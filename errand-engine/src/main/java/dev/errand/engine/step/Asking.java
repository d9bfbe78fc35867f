package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.StoreException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the store on behalf of an attempt: while the store is away the attempt waits, as who records does. */
final class Asking {
    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);

    private final RunId run;
    private final BooleanSupplier over;

    /** @param over whether the attempt is over */
    Asking(RunId run, BooleanSupplier over) {
        this.run = run;
        this.over = over;
    }

    /**
     * The store's answer, sooner or later.
     *
     * @param question may be asked again
     * @throws StoreException if the attempt is over, or its thread was interrupted, before the store answered
     */
    <T> T answer(Supplier<T> question) {
        for (long pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
            try {
                return question.get();
            } catch (StoreException e) {
                LockSupport.parkNanos(this, pause);
                if (over.getAsBoolean() || Thread.currentThread().isInterrupted()) {
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
