package dev.errand.engine.lock;

import dev.errand.StoreException;
import dev.errand.store.LockPlace;
import dev.errand.store.LockRequest;
import dev.errand.store.LockStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks where this node stands, for all its threads: when it is told that somebody has left a line, and now and then while one of
 * them stands anywhere. Begins with the first of them.
 */
final class LockWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LockWatch.class);
    private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(3);
    private static final long DOUBTING = TimeUnit.MILLISECONDS.toNanos(500);
    /** After so long the store is about nothing any more that was asked of it. */
    private static final long DOUBT_FOR = TimeUnit.SECONDS.toNanos(60);
    /** What is told in between is looked at together. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    private final LockStore store;
    private final Map<Long, Hold> holds;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-locks").unstarted(this::run);
    private boolean begun;
    private long lastLook = System.nanoTime();
    private volatile boolean idle;
    private volatile boolean noticed;
    private volatile long doubtUntil = System.nanoTime();
    private volatile boolean closed;

    LockWatch(LockStore store, Map<Long, Hold> holds) {
        this.store = store;
        this.holds = holds;
    }

    /** There is something to watch. */
    void begin() {
        if (idle) {
            LockSupport.unpark(thread);
        }
        start();
    }

    private synchronized void start() {
        if (!begun && !closed) {
            begun = true;
            thread.start();
        }
    }

    /** So many more threads wait for the store's answer, or in its lines. */
    void waits(int more) {
        waiting.addAndGet(more);
    }

    /** Somebody has left a line. */
    void notice() {
        if (!noticed && waiting.get() > 0) {
            noticed = true;
            LockSupport.unpark(thread);
        }
    }

    /** The store may hold a place that nobody here remembers, or come to. */
    void doubt() {
        doubtUntil = System.nanoTime() + DOUBT_FOR;
        LockSupport.unpark(thread);
    }

    private boolean doubts() {
        return doubtUntil - System.nanoTime() > 0;
    }

    private void run() {
        while (!closed) {
            long left = lastLook + (noticed ? PAUSE : doubts() ? DOUBTING : LOOK_EVERY) - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else if (noticed || doubts() || !holds.isEmpty()) {
                noticed = false;
                lastLook = System.nanoTime();
                tryLook();
            } else {
                beIdle();
            }
        }
    }

    private void beIdle() {
        idle = true;
        if (holds.isEmpty() && !doubts() && !closed) {
            LockSupport.park(this);
        }
        idle = false;
        lastLook = System.nanoTime();
    }

    private void tryLook() {
        try {
            look();
        } catch (StoreException e) {
            doubt();
            LOG.atDebug().addKeyValue("reason", String.valueOf(e.getMessage())).log("Locks could not be looked at");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Looking at locks failed");
        }
    }

    private void look() {
        List<Hold> standing = holds.values().stream().filter(Hold::isStanding).toList();
        Set<Long> found = new HashSet<>();
        for (LockPlace place : store.places()) {
            found.add(place.number());
            Hold hold = holds.get(place.number());
            if (hold == null) {
                store.release(new LockRequest(place.name(), place.number(), null, 0));
            } else if (place.first()) {
                hold.granted();
            }
        }
        for (Hold hold : standing) {
            if (!found.contains(hold.request().number())) {
                hold.lose();
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
