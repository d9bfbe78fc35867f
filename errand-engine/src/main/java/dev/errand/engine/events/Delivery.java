package dev.errand.engine.events;

import dev.errand.EventFilter;
import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.store.Store;
import dev.errand.store.SubscriptionClaim;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers a durable subscription, on a platform thread of its own: claims it, or waits until it can; delivers it as long as it is ours, see
 * {@link Claimed}; and gives it back in the end. What is held in memory is a page of the log.
 *
 * <p>A store that is away is asked again until it answers. Only an engine that closes ends that: then the last event may be handled and not
 * acknowledged, and comes again.
 */
final class Delivery implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    /** Of the death of another's process nobody tells: it is looked for now and then. */
    private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(3);
    /** What may have freed it is looked at together. */
    private static final long LOOK_AT_MOST = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long PAUSE_AFTER_ERROR = TimeUnit.MILLISECONDS.toNanos(250);

    private final String name;
    private final EventFilter filter;
    private final Handover handover;
    private final Store store;
    private final Tags tags;
    private final BiConsumer<String, Delivery> ended;
    private final Thread thread;
    private volatile @Nullable Delivery before;
    private volatile boolean noticed;
    private volatile boolean waits;
    private volatile boolean closed;
    private volatile boolean abandoned;
    private boolean troubled;

    /** @param ended told when this delivers no more */
    Delivery(
            String name,
            EventFilter filter,
            Handover handover,
            Store store,
            Tags tags,
            BiConsumer<String, Delivery> ended) {
        this.name = name;
        this.filter = filter;
        this.handover = handover;
        this.store = store;
        this.tags = tags;
        this.ended = ended;
        this.thread =
                Thread.ofPlatform().daemon().name("errand-subscription-" + name).unstarted(this::run);
    }

    /**
     * Begins.
     *
     * @param before the one before of that name, which has been closed and may be in its last call; null for none
     */
    void start(@Nullable Delivery before) {
        this.before = before;
        thread.start();
    }

    boolean isClosed() {
        return closed;
    }

    /** There may be something to read; any thread. */
    void committed() {
        if (!waits) {
            notice();
        }
    }

    /** It may be free; any thread. */
    void freed() {
        if (waits) {
            notice();
        }
    }

    private void notice() {
        if (!noticed) {
            noticed = true;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** As {@link #close}; and asks a store that is away no more. */
    void abandon() {
        close();
        abandoned = true;
        LockSupport.unpark(thread);
    }

    /** Waits for a call that is under way. */
    void awaitEnd(long deadline) {
        if (Thread.currentThread().threadId() == thread.threadId() || thread.getState() == Thread.State.NEW) {
            return; // a listener closes the engine; or that closes while somebody subscribes
        }
        try {
            thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ── on the thread

    private void run() {
        awaitTheOneBefore();
        while (!closed) {
            try {
                turn();
            } catch (StoreException e) { // the engine closes
                LOG.atDebug()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("A durable subscription was closed while the store was away");
            } catch (Throwable e) { // whatever it is, what follows is to be delivered
                LOG.atError().addKeyValue("subscription", name).setCause(e).log("A durable subscription failed");
                pause(PAUSE_AFTER_ERROR);
            }
        }
        ended.accept(name, this);
    }

    private void awaitTheOneBefore() {
        Delivery last = before;
        while (last != null && last.thread.isAlive() && !abandoned) {
            last.awaitEnd(System.nanoTime() + LOOK_EVERY);
        }
        before = null;
    }

    private void turn() {
        long begun = System.nanoTime();
        waits = true;
        noticed = false;
        Optional<SubscriptionClaim> claim = ask(() -> store.subscriptions().claim(name));
        if (claim.isPresent()) {
            waits = false;
            deliver(claim.get());
        } else if (ask(() -> store.subscriptions().find(name)).isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("subscription", name)
                    .log("A durable subscription was removed; it is delivered to no more");
            close();
        } else {
            rest(LOOK_EVERY);
            pause(begun + LOOK_AT_MOST - System.nanoTime());
        }
    }

    private void deliver(SubscriptionClaim claim) {
        if (new Claimed(claim, filter, handover, store, tags, this).deliver()) {
            ask(() -> {
                store.subscriptions().release(claim);
                return claim;
            });
        } else {
            LOG.atInfo()
                    .addKeyValue("subscription", name)
                    .log("A durable subscription is another's now, or was removed");
        }
    }

    /** From now on what is noticed counts. */
    void listen() {
        noticed = false;
    }

    /** Until something was noticed since {@link #listen}, it is closed, or the time has passed. */
    void rest(long nanos) {
        if (!noticed && !closed) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    /** Answers whether it was not closed meanwhile. */
    boolean pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        return !closed;
    }

    /**
     * Asks the store until it answers, also after the close: what was handled is to be acknowledged, and the subscription given back.
     *
     * @throws StoreException if this is abandoned before
     */
    <T> T ask(Supplier<T> question) {
        while (true) {
            try {
                T answer = question.get();
                troubled = false;
                return answer;
            } catch (StoreException e) {
                if (abandoned) {
                    throw e;
                }
                troubled(e);
            }
        }
    }

    private void troubled(StoreException e) {
        if (!troubled) {
            troubled = true;
            LOG.atWarn()
                    .addKeyValue("subscription", name)
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("The store could not be asked for a durable subscription, trying again");
        }
        LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
    }
}
