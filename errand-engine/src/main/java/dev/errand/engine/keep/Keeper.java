package dev.errand.engine.keep;

import dev.errand.AuditLog;
import dev.errand.Retention;
import dev.errand.StoreException;
import dev.errand.engine.claim.Dispatcher;
import dev.errand.engine.schedule.Scheduler;
import dev.errand.spi.MovableClock;
import dev.errand.store.Look;
import dev.errand.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the store, on a platform thread of its own: moves what time has moved at the instant it is due, says that this node
 * lives, takes back what dead nodes held, hears of cancels, deletes what is past its retention. What fails is tried again at the
 * next turn.
 */
public final class Keeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    static final long BEAT = TimeUnit.SECONDS.toNanos(5);
    private static final long PRUNING = TimeUnit.SECONDS.toNanos(60);
    private static final int PRUNED_AT_ONCE = 2_000;
    /** Of blobs, which are large. */
    private static final int PIECES_AT_ONCE = 100;

    static final long PAUSE_AFTER_ERROR = TimeUnit.MILLISECONDS.toNanos(500);

    /** Requests of other processes are looked at together, not one by one. */
    private static final long REQUEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    /** When another node fires what is due. */
    private static final long PAUSE_FOR_OTHERS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Store store;
    private final Dispatcher dispatcher;
    private final Clock clock;
    private final Retention retention;
    private final Runnable rejoin;
    private final Runnable upkeep;
    private final Runnable others;
    private final Firing firing;
    private final @Nullable LeaseGuard guard;
    private final @Nullable SpareBeat spare;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-keeper").unstarted(this::run);
    private final Runnable onMove = this::timeMoved;
    private final Object lock = new Object();
    private final Object wishes = new Object();
    private final Object pausing = new Object();
    private Instant nextAdvance = Instant.MIN;
    private volatile boolean requested;
    private volatile boolean moved;
    private volatile boolean closed;
    /** Taken for dead, and not yet a node again with all that belongs to it. */
    private boolean lost;

    private long lastRequest = System.nanoTime();
    private long nextBeat = System.nanoTime();
    private long nextPruning = System.nanoTime() + BEAT;

    /**
     * Prepares it.
     *
     * @param rejoin makes this process a node again after it was taken for dead
     * @param upkeep called once a minute; looks whether there is something to go on with that others have left
     * @param others looks after what a node that is gone may have left to others; called now and then, and returns at once
     */
    public Keeper(
            Store store,
            Dispatcher dispatcher,
            Clock clock,
            Retention retention,
            Runnable rejoin,
            Runnable upkeep,
            Runnable others,
            Scheduler scheduler) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.retention = retention;
        this.rejoin = rejoin;
        this.upkeep = upkeep;
        this.others = others;
        this.guard = store.lease()
                .map(lease -> new LeaseGuard(lease, dispatcher::interruptAll))
                .orElse(null);
        this.spare = guard == null ? null : new SpareBeat(store, guard);
        this.firing = new Firing(scheduler);
    }

    public void start() {
        if (clock instanceof MovableClock movable) {
            movable.onMove(onMove);
        }
        thread.start();
        others.run();
        if (guard != null) {
            guard.start();
        }
        if (spare != null) {
            spare.start();
        }
    }

    /** Something will be due then that was not known before; any thread. */
    public void wakeAt(Instant instant) {
        synchronized (lock) {
            if (!instant.isBefore(nextAdvance)) {
                return;
            }
            nextAdvance = instant;
        }
        LockSupport.unpark(thread);
    }

    /** Another process asks something of this node, or may have; any thread. */
    public void requested() {
        if (!requested) {
            requested = true;
            LockSupport.unpark(thread);
        }
    }

    /** What is claimed here of queues that are paused by now does not start; the older of two answers does not come last. */
    public void queuesChanged() {
        synchronized (pausing) {
            dispatcher.pause(store.queues().paused());
        }
    }

    private void timeMoved() {
        moved = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try {
                turn();
                sleep();
            } catch (StoreException e) {
                if (!closed) {
                    LOG.atWarn()
                            .addKeyValue("reason", String.valueOf(e.getMessage()))
                            .log("The store could not be looked after, trying again");
                    LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
                }
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("Looking after the store failed");
                LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
            }
        }
    }

    private void turn() {
        boolean wasRequested = requested;
        requested = false;
        boolean wasMoved = moved;
        moved = false;
        long now = System.nanoTime();
        if (wasMoved || now - nextBeat >= 0) { // by a clock that jumped all leases have ended, until somebody looks
            nextBeat = now + look();
        }
        if (wasRequested) {
            lastRequest = now;
            hear(obey(store::beat, wanted -> wanted).isPresent());
        }
        if (wasRequested || isDue()) {
            advance();
        }
        if (now - nextPruning >= 0) {
            boolean more = store.prune(retention, PRUNED_AT_ONCE) >= PRUNED_AT_ONCE;
            more |= store.blobs().prune(PIECES_AT_ONCE) >= PIECES_AT_ONCE;
            more |= store.operations().prune(clock.instant().minus(AuditLog.KEPT), PRUNED_AT_ONCE) >= PRUNED_AT_ONCE;
            upkeep.run();
            others.run();
            nextPruning = now + (more ? BEAT / 50 : PRUNING);
        }
    }

    private boolean isDue() {
        synchronized (lock) {
            return !nextAdvance.isAfter(clock.instant());
        }
    }

    private void advance() {
        synchronized (lock) {
            nextAdvance = Instant.MAX;
        }
        Instant next;
        try {
            next = store.advance().orElse(Instant.MAX);
        } catch (RuntimeException e) {
            wakeAt(Instant.MIN); // what was due still is
            throw e;
        }
        wakeAt(next);
        if (!next.isAfter(clock.instant()) && !firing.fire()) {
            LockSupport.parkNanos(this, PAUSE_FOR_OTHERS);
        }
    }

    /** Looks after all, now and then; also at what is due, should a due time have escaped us. Answers how soon to look again. */
    private long look() {
        Optional<Look> look = obey(store::look, Look::concurrency);
        hear(look.isPresent());
        if (look.map(Look::recover).orElse(true)) {
            recover();
        }
        wakeAt(look.map(Look::due).orElse(Instant.MIN));
        dispatcher.forgetCancels();
        return look.map(Look::again)
                .map(Duration::toNanos)
                .map(again -> Math.min(again, BEAT))
                .orElse(BEAT);
    }

    private void recover() {
        int recovered = store.recover();
        others.run();
        if (recovered > 0) {
            LOG.atInfo().addKeyValue("runs", recovered).log("Runs of nodes that died are queued again");
        }
    }

    /** Hears what others want of this node, which has said that it lives. */
    private void hear(boolean alive) {
        lost |= !alive;
        if (lost) {
            LOG.atWarn().log("This node was taken for dead; its bodies are stopped and it joins anew");
            dispatcher.loseAll();
            rejoin();
            lost = false;
            return;
        }
        queuesChanged();
        store.cancelRequests().forEach(request -> dispatcher.cancel(request.run(), request.reason()));
    }

    private void rejoin() {
        if (spare == null) {
            rejoin.run();
        } else {
            spare.without(rejoin);
        }
    }

    /** Says that this node lives, and has as much concurrency from now on as is wished. */
    private <T> Optional<T> obey(Supplier<Optional<T>> beat, ToIntFunction<T> concurrency) {
        synchronized (wishes) {
            long sent = System.nanoTime();
            Optional<T> answer = beat.get();
            if (guard != null) {
                guard.renewed(sent);
            }
            answer.map(concurrency::applyAsInt)
                    .filter(wanted -> wanted != dispatcher.concurrency())
                    .ifPresent(dispatcher::concurrency);
            return answer;
        }
    }

    /** Changes how many attempts this node makes, here and in the store: no beat under way brings back what was wished before. */
    public void concurrency(long node, int concurrency) {
        synchronized (wishes) {
            dispatcher.concurrency(concurrency);
            store.concurrency(node, concurrency);
        }
    }

    private void sleep() {
        long now = System.nanoTime();
        if (requested) {
            LockSupport.parkNanos(this, lastRequest + REQUEST_PAUSE - now);
        }
        if (requested || moved || closed) {
            return;
        }
        long nanos = Math.min(nextBeat - now, nextPruning - now);
        synchronized (lock) {
            Instant instant = clock.instant();
            if (!nextAdvance.isAfter(instant)) {
                return;
            }
            if (nextAdvance.isBefore(instant.plusSeconds(60))) {
                nanos = Math.min(nanos, Duration.between(instant, nextAdvance).toNanos());
            }
        }
        if (nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (guard != null) {
            guard.close();
        }
        if (spare != null) {
            spare.close();
        }
        if (clock instanceof MovableClock movable) {
            movable.forget(onMove);
        }
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        firing.close();
    }
}
