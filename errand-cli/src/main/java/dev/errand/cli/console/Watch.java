package dev.errand.cli.console;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Run;
import dev.errand.Subscription;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Follows a run: looks again whenever something happened to it, on the caller's thread. */
public final class Watch {
    /** A purged run tells nobody of its end; looking at it does. */
    private static final long PURGED_MEANWHILE_SECONDS = 5;

    private final Errand errand;
    private final Run<?> run;

    public Watch(Errand errand, Run<?> run) {
        this.errand = errand;
        this.run = run;
    }

    /**
     * Looks at once, after each event, and a last time when the run has ended.
     *
     * @param look answers whether to go on
     */
    public void untilEnd(BooleanSupplier look) throws InterruptedException {
        Semaphore woken = new Semaphore(0);
        AtomicBoolean ended = new AtomicBoolean();
        try (Subscription events = errand.on(EventFilter.of(run.id()), event -> woken.release());
                Subscription end = run.onFinish(result -> {
                    ended.set(true);
                    woken.release();
                })) {
            while (true) {
                boolean last = ended.get(); // asked before the look, so that a look follows the end
                if (!look.getAsBoolean() || last) {
                    return;
                }
                if (woken.tryAcquire(PURGED_MEANWHILE_SECONDS, TimeUnit.SECONDS)) {
                    woken.drainPermits();
                }
            }
        }
    }
}
