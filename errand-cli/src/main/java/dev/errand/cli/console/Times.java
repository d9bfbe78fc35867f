package dev.errand.cli.console;

import dev.errand.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Points in time as people type and read them. What names no zone is meant in this machine's. */
public final class Times {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter FULL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final Instant now;
    private final ZoneId zone;

    public Times() {
        this(Instant.now(), ZoneId.systemDefault());
    }

    Times(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** An instant to come: {@code 18:30} is the next one, a date without a time its first moment. */
    public Instant ahead(String text) {
        return instant(text, true);
    }

    /** An instant gone by: {@code 18:30} is the last one, {@code 2h} is two hours ago. */
    public Instant ago(String text) {
        try {
            return now.minus(Durations.parse(text));
        } catch (IllegalArgumentException notADuration) {
            return instant(text, false);
        }
    }

    private Instant instant(String text, boolean ahead) {
        String value = text.strip().replace(' ', 'T');
        try {
            if (!value.contains("-")) {
                return clock(LocalTime.parse(value), ahead);
            }
            if (!value.contains("T")) {
                return LocalDate.parse(value).atStartOfDay(zone).toInstant();
            }
            return value.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$")
                    ? OffsetDateTime.parse(value).toInstant()
                    : LocalDateTime.parse(value).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new UsageException(("'%s' is no point in time; write for example 18:30, 2026-12-24, 2026-12-24T18:30"
                            + " or 2026-12-24T18:30:00Z%s")
                    .formatted(text, ahead ? "" : ", or 2h for two hours ago"));
        }
    }

    private Instant clock(LocalTime time, boolean ahead) {
        ZonedDateTime today = now.atZone(zone).with(time);
        if (ahead) {
            return (today.toInstant().isAfter(now) ? today : today.plusDays(1)).toInstant();
        }
        return (today.toInstant().isAfter(now) ? today.minusDays(1) : today).toInstant();
    }

    /** Date and time of day on this machine's clock; a dash for null. */
    public String full(@Nullable Instant instant) {
        return instant == null ? "-" : FULL.format(instant.atZone(zone));
    }

    /** The time of day on this machine's clock. */
    public String clock(Instant instant) {
        return CLOCK.format(instant.atZone(zone));
    }

    /** How long from start to end, or until now; a dash if it has not started. */
    public String span(@Nullable Instant start, @Nullable Instant end) {
        return start == null ? "-" : rounded(Duration.between(start, end == null ? now : end));
    }

    /** A duration to three digits or so. */
    public static String rounded(Duration duration) {
        Duration shown = duration.isNegative() ? Duration.ZERO : duration;
        ChronoUnit unit = shown.compareTo(Duration.ofSeconds(10)) < 0 ? ChronoUnit.MILLIS : ChronoUnit.SECONDS;
        return Durations.print(shown.truncatedTo(unit));
    }
}
