package dev.errand.engine.keep;

import dev.errand.store.Store;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that this node lives while its keeper is at something that takes long: it may have to wait for what a process holds that stands still,
 * and is not to be taken for dead with that. On a thread of its own, which does nothing as long as the keeper beats in time.
 */
final class SpareBeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpareBeat.class);
    private static final long LATE = Keeper.BEAT + TimeUnit.MILLISECONDS.toNanos(500);

    private final Store store;
    private final LeaseGuard guard;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-spare-beat").unstarted(this::run);
    private volatile boolean closed;

    SpareBeat(Store store, LeaseGuard guard) {
        this.store = store;
        this.guard = guard;
    }

    void start() {
        thread.start();
    }

    /** Does what makes this process another node: no beat of the one that it was is under way meanwhile. */
    synchronized void without(Runnable rejoin) {
        rejoin.run();
    }

    private void run() {
        while (!closed) {
            long left = guard.lastRenewed() + LATE - System.nanoTime();
            LockSupport.parkNanos(this, left > 0 ? left : beat());
        }
    }

    /** Answers how long to rest. That the lease was lost is for the keeper to find. */
    private synchronized long beat() {
        long sent = System.nanoTime();
        try {
            if (!closed && store.beat().isPresent()) {
                guard.renewed(sent);
            }
            return Keeper.BEAT;
        } catch (RuntimeException e) { // of the store, as the keeper says
            LOG.atDebug()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("The store could not be told that this node lives, trying again");
            return Keeper.PAUSE_AFTER_ERROR;
        }
    }

    /** Waits for nobody: what may be under way still the store waits for. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
