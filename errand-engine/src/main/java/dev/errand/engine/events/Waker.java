package dev.errand.engine.events;

import dev.errand.StoreException;
import dev.errand.ValueInfo;
import dev.errand.engine.json.Codec;
import dev.errand.store.Store;
import dev.errand.store.SubscriptionClaim;
import dev.errand.store.SubscriptionStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the runs that wait for events. Invariant: no run stays WAITING whose filter an event passes that was committed after it has looked, whoever
 * raised it, whoever dies.
 *
 * <p>A run waits for the value of its filter ({@link Wanted}) to change. That is there before the run reads the log, and its version was read before,
 * too. Here the log is read on, and then, after each page, which filters there are: those of all who have not found an event of that page in the log
 * are among them. The values of those that an event passes are set anew, and only then the page is passed. So a run that has not found the event has
 * read a version that is another one from then on, by which it is woken, or does not even begin to wait.
 *
 * <p>How far the log was read is a durable subscription of the engine's own, which one of the nodes has at a time. It is there as long as anybody waits for events. Whoever
 * finds filters and no subscription makes one, which begins with what is committed from then on, and has all look again who wait: what they would
 * have missed is in the log. So it does no harm if one is removed while somebody begins to wait, or by a process that has stalled.
 *
 * <p>While no filter is there nothing of this costs anything but a look once a minute, by each node that works. A node looks, too, when it begins, when
 * it has taken back what dead nodes held, and when one of its own bodies begins to wait: so there is always one that reads the log for those who wait.
 */
public final class Waker implements AutoCloseable {
    /** The subscription. Users' names do not begin like that. */
    static final String NAME = "\u0001events";

    private static final Logger LOG = LoggerFactory.getLogger(Waker.class);
    /** Of the death of another's process nobody tells: it is looked for now and then. */
    private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(3);
    /** What may have freed it is looked at together. */
    private static final long LOOK_AT_MOST = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long PAUSE_AFTER_ERROR = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long FREED_AT_MOST = TimeUnit.SECONDS.toNanos(1);

    private final Store store;
    private final SubscriptionStore subscriptions;
    private final Codec codec;
    private final Duration tidiness;
    /** While it is at work. */
    private volatile @Nullable Thread thread;

    private volatile boolean asked;
    /** Another node reads the log. */
    private volatile boolean waits;

    private volatile boolean noticed;
    private volatile boolean closed;
    private volatile long lastFreed = System.nanoTime() - FREED_AT_MOST;
    private boolean troubled;

    public Waker(Store store, Codec codec) {
        this(store, codec, Duration.ofMinutes(1));
    }

    /** @param tidiness how often filters are removed by which nobody waits any more, and how old they are at least */
    Waker(Store store, Codec codec, Duration tidiness) {
        this.store = store;
        this.subscriptions = store.subscriptions();
        this.codec = codec;
        this.tidiness = tidiness;
    }

    /** Somebody may wait for events; any thread of a node that works, returns at once. */
    public void look() {
        asked = true;
        if (thread == null) {
            begin();
        }
    }

    private synchronized void begin() {
        if (thread == null && asked && !closed) {
            Thread next = Thread.ofPlatform().daemon().name("errand-waker").unstarted(this::run);
            thread = next;
            next.start();
        }
    }

    /** Events were committed; likewise. */
    public void committed() {
        if (!waits) {
            notice();
        }
    }

    /** Another node may have given it up; likewise. */
    public void freed() {
        if (thread != null) {
            if (waits) {
                notice();
            }
        } else if (System.nanoTime() - lastFreed >= FREED_AT_MOST) { // locks are given back just so, and far more often
            lastFreed = System.nanoTime();
            look();
        }
    }

    private void notice() {
        Thread reading = thread;
        if (reading != null && !noticed) {
            noticed = true;
            LockSupport.unpark(reading);
        }
    }

    /** Gives it up, for another node to take over. */
    @Override
    public void close() {
        closed = true;
        Thread last;
        synchronized (this) {
            last = thread;
        }
        if (last != null) {
            LockSupport.unpark(last);
            try {
                last.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ── on the thread

    private void run() {
        do {
            asked = false;
            try {
                while (!closed && isWanted()) {
                    turn();
                }
                forget();
                troubled = false;
            } catch (Throwable e) { // whatever it is, those who wait are to be woken
                asked = true;
                failed(e);
            }
        } while (!isOver());
    }

    private synchronized boolean isOver() {
        Thread own = thread;
        thread = null;
        if (asked && !closed) { // asked for since the last look; whoever asks from now on finds that there is no thread
            thread = own;
            return false;
        }
        return true;
    }

    private void failed(Throwable e) {
        if (closed) {
            return;
        }
        if (!troubled) {
            troubled = true;
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .setCause(e instanceof StoreException ? null : e)
                    .log("Runs that wait for events could not be looked after, trying again");
        }
        pause(PAUSE_AFTER_ERROR);
    }

    /** Whether anybody waits, or has until a while ago. */
    private boolean isWanted() {
        List<ValueInfo> first = store.values().list(Wanted.BEGINNING, 1);
        return !first.isEmpty() && Wanted.isOne(first.getFirst());
    }

    /** A place that whoever had it has left behind: from there much would have to be read for nobody. */
    private void forget() {
        if (!closed && subscriptions.find(NAME).isPresent()) {
            subscriptions.remove(NAME);
        }
    }

    private void turn() {
        long begun = System.nanoTime();
        waits = true;
        noticed = false;
        Optional<SubscriptionClaim> claim = subscriptions.claim(NAME);
        if (claim.isPresent()) {
            waits = false;
            hold(claim.get());
        } else if (subscriptions.find(NAME).isEmpty()) {
            subscriptions.create(NAME, false);
        } else {
            troubled = false;
            rest(LOOK_EVERY);
            pause(begun + LOOK_AT_MOST - System.nanoTime());
        }
    }

    private void hold(SubscriptionClaim claim) {
        Waking waking = new Waking(claim, store, codec, tidiness, this);
        boolean wanted = true;
        try {
            wanted = waking.wake();
        } finally {
            if (wanted) { // else it is forgotten
                subscriptions.release(claim);
            }
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** The store has answered. From now on what is noticed counts. */
    void listen() {
        troubled = false;
        noticed = false;
    }

    /** Until something was noticed since {@link #listen}, it is closed, or the time has passed. */
    void rest(long nanos) {
        if (!noticed && !closed && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    private void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
