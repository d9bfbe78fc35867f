package dev.errand.engine.attempt;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after attempts that take their time, on a platform thread: an attempt older than 20 ms is recorded as started, and what a
 * body noted goes to the store a few times a second. Attempts that are over sooner cost one entry in a queue.
 */
public final class Sweeper implements AutoCloseable {
    static final long SHORT_ATTEMPT = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

    private final ConcurrentLinkedQueue<Attempt> starting = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Attempt> noting = new ConcurrentLinkedQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-sweeper").unstarted(this::run);
    private volatile boolean idle;
    private volatile boolean closed;

    public Sweeper() {
        thread.start();
    }

    /** An attempt has started. */
    void started(Attempt attempt) {
        starting.add(attempt);
        wake();
    }

    /** An attempt has something new to keep, for the first time since it was last flushed. */
    void noted(Attempt attempt) {
        noting.add(attempt);
        wake();
    }

    private void wake() {
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            if (starting.isEmpty() && noting.isEmpty()) {
                idle = true;
                if (starting.isEmpty() && noting.isEmpty() && !closed) {
                    LockSupport.park(this);
                }
                idle = false;
            } else {
                LockSupport.parkNanos(this, TICK);
                sweep(System.nanoTime());
            }
        }
    }

    private void sweep(long now) {
        Attempt attempt;
        while ((attempt = starting.peek()) != null && now - attempt.startedNanos() >= SHORT_ATTEMPT) {
            starting.poll();
            attempt.recordStart();
        }
        for (int left = noting.size(); left > 0 && (attempt = noting.poll()) != null; left--) {
            attempt.flush();
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
