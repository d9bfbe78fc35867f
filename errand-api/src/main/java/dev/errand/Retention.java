package dev.errand;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long ended runs stay in the store. Null keeps them for ever.
 *
 * @param completed for runs that completed
 * @param failed for FAILED and CRASHED ones; a FAILED run that has attempts left stays until it is retried or purged
 * @param other for CANCELED, TIMED_OUT and EXPIRED ones
 */
public record Retention(
        @Nullable Duration completed,
        @Nullable Duration failed,
        @Nullable Duration other) {
    private static final Retention DEFAULTS = Retention.all(Duration.ofDays(30));

    public Retention {
        Durations.requireSensible(completed, "retention");
        Durations.requireSensible(failed, "retention");
        Durations.requireSensible(other, "retention");
    }

    /** Thirty days for all. */
    public static Retention defaults() {
        return DEFAULTS;
    }

    public static Retention all(@Nullable Duration duration) {
        return new Retention(duration, duration, duration);
    }

    public static Retention forever() {
        return all(null);
    }

    /** How long a run in this terminal state stays; null for ever. */
    public @Nullable Duration of(RunState state) {
        return switch (state) {
            case COMPLETED -> completed;
            case FAILED, CRASHED -> failed;
            default -> other;
        };
    }

    /** How long the longest of them stay; null for ever. */
    public @Nullable Duration longest() {
        if (completed == null || failed == null || other == null) {
            return null;
        }
        Duration ended = completed.compareTo(failed) > 0 ? completed : failed;
        return ended.compareTo(other) > 0 ? ended : other;
    }
}
