package dev.errand.engine.time;

import dev.errand.spi.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back at an instant of the engine's clock, on a platform thread of its own, so that bodies that keep every carrier of
 * virtual threads busy delay no timeout. Callbacks must return at once.
 */
public final class Alarm implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Alarm.class);
    /** A clock that is set by hand, or that jumps, is looked at anew at least this often. */
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(10);

    /** A place in the line: by instant, and in the order of asking. */
    private record Slot(Instant at, long order) implements Comparable<Slot> {
        @Override
        public int compareTo(Slot other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** A call asked for; may be given up. */
    public final class Appointment {
        private final Slot slot;

        private Appointment(Slot slot) {
            this.slot = slot;
        }

        /** Gives it up; too late is harmless. */
        public void cancel() {
            slots.remove(slot);
        }
    }

    private final Clock clock;
    private final ConcurrentSkipListMap<Slot, Runnable> slots = new ConcurrentSkipListMap<>();
    private final AtomicLong order = new AtomicLong();
    private final Thread thread;
    private final Runnable onMove = this::wake;
    private volatile boolean closed;

    public Alarm(Clock clock) {
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("errand-alarm").unstarted(this::run);
        if (clock instanceof MovableClock movable) {
            movable.onMove(onMove);
        }
        thread.start();
    }

    /** Calls at an instant, or as soon after as it can; at once if it has passed. */
    public Appointment at(Instant instant, Runnable callback) {
        Slot slot = new Slot(instant, order.getAndIncrement());
        slots.put(slot, callback);
        if (slot.equals(firstSlot())) {
            wake();
        }
        return new Appointment(slot);
    }

    private Slot firstSlot() {
        Map.Entry<Slot, Runnable> first = slots.firstEntry();
        return first == null ? new Slot(Instant.MAX, 0) : first.getKey();
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            Slot first = firstSlot();
            Instant now = clock.instant();
            if (first.at().isAfter(now)) {
                LockSupport.parkNanos(this, sleep(now, first.at()).toNanos());
            } else {
                call(slots.remove(first));
            }
        }
    }

    private static Duration sleep(Instant now, Instant until) {
        Instant latest = now.plus(LONGEST_SLEEP);
        return Duration.between(now, until.isBefore(latest) ? until : latest);
    }

    private static void call(@org.jspecify.annotations.Nullable Runnable callback) {
        if (callback == null) {
            return; // given up meanwhile
        }
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("A timed call failed");
        }
    }

    @Override
    public void close() {
        closed = true;
        if (clock instanceof MovableClock movable) {
            movable.forget(onMove);
        }
        wake();
    }
}
