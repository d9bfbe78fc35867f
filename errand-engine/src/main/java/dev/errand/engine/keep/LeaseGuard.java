package dev.errand.engine.keep;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops this node's bodies shortly before others may take it for dead: when its lease could not be renewed, because the store is away or
 * this process cannot reach it. Counts by the process's own monotonic clock, on a thread of its own, since the keeper may be waiting
 * for the store.
 */
final class LeaseGuard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseGuard.class);
    private static final long MARGIN = TimeUnit.SECONDS.toNanos(3);

    private final long patience;
    private final Runnable stop;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-lease").unstarted(this::run);
    private volatile long renewed = System.nanoTime();
    private volatile boolean closed;

    /**
     * Prepares it.
     *
     * @param stop called again and again while the lease may end; nothing may be done under it any more
     */
    LeaseGuard(Duration lease, Runnable stop) {
        this.patience = lease.toNanos() - MARGIN;
        this.stop = stop;
    }

    void start() {
        thread.start();
    }

    /**
     * The store has taken a beat.
     *
     * @param sent when the beat was sent, by {@link System#nanoTime}
     */
    void renewed(long sent) {
        renewed = sent;
    }

    /** When the last beat was sent that the store has taken. */
    long lastRenewed() {
        return renewed;
    }

    private void run() {
        boolean stopped = false;
        while (!closed) {
            long left = renewed + patience - System.nanoTime();
            if (left > 0) {
                stopped = false;
                LockSupport.parkNanos(this, left);
            } else {
                if (!stopped) {
                    LOG.atWarn()
                            .log(
                                    "The store has not answered for too long: what runs under this node's lease is stopped");
                }
                stopped = true;
                stop.run();
                LockSupport.parkNanos(this, MARGIN / 3);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
