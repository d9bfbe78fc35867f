package dev.errand;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long ended runs, and events, stay in the store. Null keeps them for ever.
 *
 * @param completed for runs that completed
 * @param failed for FAILED and CRASHED ones; a FAILED run that has attempts left stays until it is retried or purged
 * @param other for CANCELED, TIMED_OUT and EXPIRED ones
 * @param events for events; a day unless said otherwise
 * @param mostEvents how many events stay at most, about: the oldest are deleted once a minute, as many as there are too many; null for no
 *     such limit. Whichever of both is reached first
 */
public record Retention(
        @Nullable Duration completed,
        @Nullable Duration failed,
        @Nullable Duration other,
        @Nullable Duration events,
        @Nullable Long mostEvents) {
    private static final Retention DEFAULTS = Retention.all(Duration.ofDays(30));

    public Retention {
        Durations.requireSensible(completed, "retention");
        Durations.requireSensible(failed, "retention");
        Durations.requireSensible(other, "retention");
        Durations.requireSensible(events, "retention");
        if (mostEvents != null && mostEvents < 0) {
            throw new IllegalArgumentException(
                    "the log is to keep at most " + mostEvents + " events; 0 or more will do");
        }
    }

    /** Events stay for a day, however many there are. */
    public Retention(@Nullable Duration completed, @Nullable Duration failed, @Nullable Duration other) {
        this(completed, failed, other, Duration.ofDays(1), null);
    }

    /** Thirty days for all runs, a day for events. */
    public static Retention defaults() {
        return DEFAULTS;
    }

    /** So long for all runs; a day for events. */
    public static Retention all(@Nullable Duration duration) {
        return new Retention(duration, duration, duration);
    }

    /** For ever for all runs; a day for events. */
    public static Retention forever() {
        return all(null);
    }

    /**
     * How long events stay in the log; null for as long as they are not too many. A durable subscription that has not come so far is told how
     * much it missed.
     */
    public Retention withEvents(@Nullable Duration events) {
        return new Retention(completed, failed, other, events, mostEvents);
    }

    /**
     * How many events stay in the log at most, about, counting all of a store.
     *
     * @param mostEvents 0 or more
     */
    public Retention withMostEvents(long mostEvents) {
        return new Retention(completed, failed, other, events, mostEvents);
    }

    /** How long a run in this terminal state stays; null for ever. */
    public @Nullable Duration of(RunState state) {
        return switch (state) {
            case COMPLETED -> completed;
            case FAILED, CRASHED -> failed;
            default -> other;
        };
    }

    /** How long the longest of the runs stay; null for ever. */
    public @Nullable Duration longest() {
        if (completed == null || failed == null || other == null) {
            return null;
        }
        Duration ended = completed.compareTo(failed) > 0 ? completed : failed;
        return ended.compareTo(other) > 0 ? ended : other;
    }
}
