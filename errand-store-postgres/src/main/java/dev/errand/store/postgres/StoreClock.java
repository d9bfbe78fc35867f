package dev.errand.store.postgres;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The database's clock as this process knows it: what the database said, and the time that has passed since by the process's monotonic
 * clock. This machine's own clock may be wrong by hours.
 *
 * <p>The database said it at some time between the question and the answer. So it is at least that much later when the answer is here, and
 * the answer that took the shortest way says most; this clock goes by that one, and thus is behind the database's by the shortest way of an
 * answer, never ahead of it: nothing is due here that is not due there. When an answer shows that it is ahead nevertheless, since
 * one of the two clocks is too fast or was set, it goes by that answer. It never goes back: what it had told already it leaves behind
 * at half its speed, until the database has caught up.
 */
final class StoreClock extends Clock {
    /**
     * @param offset of the database's clock to the monotonic one
     * @param told what this clock had told when it heard this
     * @param heard when it did, by the monotonic clock
     */
    private record Reading(long offset, long told, long heard) {
        long at(long now) {
            return Math.max(now + offset, told + (now - heard) / 2);
        }
    }

    private final LongSupplier nanos;
    private volatile Reading reading;

    StoreClock() {
        this(System::nanoTime);
    }

    /** @param nanos the monotonic clock, in nanoseconds */
    StoreClock(LongSupplier nanos) {
        this.nanos = nanos;
        long now = micros(nanos.getAsLong());
        this.reading = new Reading(-now, 0, now);
    }

    /**
     * The database has said what time it is.
     *
     * @param micros what it said
     * @param asked when it was asked, by {@link System#nanoTime}
     * @param answered when it had answered
     */
    synchronized void set(long micros, long asked, long answered) {
        long least = micros - micros(answered);
        long most = micros - micros(asked);
        long known = reading.offset();
        long now = now();
        reading = new Reading(known < least || known > most ? least : known, reading.at(now), now);
    }

    @Override
    public Instant instant() {
        long micros = reading.at(now());
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

    private long now() {
        return micros(nanos.getAsLong());
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }
}
