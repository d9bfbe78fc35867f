package dev.errand.store.format;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants and durations as they are stored: in microseconds. What lies beyond the range counts as its end. */
public final class Times {
    private static final long LAST_SECOND = Long.MAX_VALUE / 1_000_000 - 1;
    /** What is due then never is; the end of the range. Also stands in statements: never change it. */
    public static final long NEVER = LAST_SECOND * 1_000_000 + 999_999;

    private Times() {}

    public static long micros(Instant instant) {
        long seconds = Math.clamp(instant.getEpochSecond(), -LAST_SECOND, LAST_SECOND);
        return seconds * 1_000_000 + instant.getNano() / 1_000;
    }

    public static @Nullable Long microsOrNull(@Nullable Instant instant) {
        return instant == null ? null : micros(instant);
    }

    public static long micros(Duration duration) {
        return Math.clamp(duration.getSeconds(), -LAST_SECOND, LAST_SECOND) * 1_000_000 + duration.getNano() / 1_000;
    }

    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000L) * 1_000);
    }

    public static @Nullable Instant instant(@Nullable Long micros) {
        return micros == null ? null : instant(micros.longValue());
    }

    public static Duration duration(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }
}
