package dev.errand.testkit;

import dev.errand.spi.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until somebody moves it. Engines opened with it notice each move, and do what has become due soon
 * after, on threads of their own. Thread-safe; to the microsecond, as stores are.
 */
public final class SettableClock extends MovableClock {
    /** Where a clock stands unless told otherwise. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now;
    private final List<Runnable> listeners;
    private final ZoneId zone;

    /** A clock that stands at {@link #START}. */
    public SettableClock() {
        this(START);
    }

    public SettableClock(Instant start) {
        this(new AtomicReference<>(start.truncatedTo(ChronoUnit.MICROS)), new CopyOnWriteArrayList<>(), ZoneOffset.UTC);
    }

    private SettableClock(AtomicReference<Instant> now, List<Runnable> listeners, ZoneId zone) {
        this.now = now;
        this.listeners = listeners;
        this.zone = zone;
    }

    /**
     * Moves it forward.
     *
     * @param by zero or more
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance by " + by + " would go back; use set for that");
        }
        now.updateAndGet(instant -> instant.plus(by).truncatedTo(ChronoUnit.MICROS));
        tell();
    }

    /** Moves it to an instant, also back. */
    public void set(Instant instant) {
        now.set(instant.truncatedTo(ChronoUnit.MICROS));
        tell();
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same clock seen from another zone: it moves with this one. */
    @Override
    public Clock withZone(ZoneId zone) {
        return new SettableClock(now, listeners, zone);
    }

    @Override
    public void onMove(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void forget(Runnable listener) {
        listeners.remove(listener);
    }

    @Override
    public String toString() {
        return "SettableClock[" + instant() + "]";
    }
}
