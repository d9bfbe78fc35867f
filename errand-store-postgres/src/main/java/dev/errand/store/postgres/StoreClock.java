package dev.errand.store.postgres;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The database's clock as this process knows it: what the database said last, and the time that has passed since by the process's
 * monotonic clock. Never goes back. This machine's own clock may be wrong by hours.
 */
final class StoreClock extends Clock {
    private record Reading(long micros, long nanos) {
        long at(long nanoTime) {
            return micros + Math.floorDiv(nanoTime - nanos, 1_000L);
        }
    }

    private volatile Reading reading = new Reading(0, System.nanoTime());

    /**
     * The database has said what time it is.
     *
     * @param micros what it said
     * @param asked when it was asked, by {@link System#nanoTime}
     * @param answered when it had answered
     */
    synchronized void set(long micros, long asked, long answered) {
        Reading heard = new Reading(micros, asked + (answered - asked) / 2);
        long now = System.nanoTime();
        // The middle is a guess: what was told before counts until the guess has come as far.
        reading = heard.at(now) >= reading.at(now) ? heard : new Reading(reading.at(now), now);
    }

    @Override
    public Instant instant() {
        long micros = reading.at(System.nanoTime());
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the store's clock has no zone");
    }
}
