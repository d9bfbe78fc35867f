package dev.errand.engine.keep;

import dev.errand.store.Store;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that an engine lives that never works and only watches, so that others go on telling it what happens. An engine that works
 * has its {@link Keeper} for that.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final Store store;
    private final Runnable rejoin;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-heartbeat").unstarted(this::run);
    private final @Nullable LeaseGuard guard;
    private volatile boolean closed;

    /**
     * Prepares it.
     *
     * @param rejoin makes this process a node again after it was taken for dead
     * @param stop stops what is done under the lease, which may end
     */
    public Heartbeat(Store store, Runnable rejoin, Runnable stop) {
        this.store = store;
        this.rejoin = rejoin;
        this.guard = store.lease().map(lease -> new LeaseGuard(lease, stop)).orElse(null);
    }

    /** To be called once, when this process has become a node. */
    public void start() {
        if (guard != null) {
            guard.renewed(System.nanoTime());
            guard.start();
            thread.start();
        }
    }

    private void run() {
        long pause = Keeper.BEAT;
        while (!closed) {
            LockSupport.parkNanos(this, pause);
            try {
                if (!closed) {
                    beat();
                }
                pause = Keeper.BEAT;
            } catch (RuntimeException e) { // of the store, which answers again some time
                pause = Keeper.PAUSE_AFTER_ERROR;
                LOG.atDebug()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("The store could not be told that this node lives, trying again");
            }
        }
    }

    private void beat() {
        long sent = System.nanoTime();
        if (store.beat().isEmpty()) {
            rejoin.run();
        }
        if (guard != null) {
            guard.renewed(sent);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (guard != null) {
            guard.close();
        }
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
