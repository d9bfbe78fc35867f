package dev.errand.server.wire;

import dev.errand.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Times as clients write them. What cannot be read is an IllegalArgumentException with a message for the caller. */
public final class WireTime {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(w|d|hr|h|m|s)){1,9}");
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private WireTime() {}

    /** Whether a text is meant as a duration, not as a date. */
    public static boolean isDuration(String text) {
        return DURATION.matcher(text).matches();
    }

    /** Weeks, days, hours, minutes and seconds run together: {@code 2h30m}, {@code 1w}; an hour may be {@code 1hr}. */
    public static Duration duration(String text) {
        if (!isDuration(text)) {
            throw new IllegalArgumentException("a duration is needed, such as 30s, 2h30m or 1w");
        }
        return Durations.parse(text.replace("hr", "h"));
    }

    /** An ISO date, with a zone unless it is a day only, or milliseconds since 1970. */
    public static Instant instant(String text) {
        try {
            return sensible(read(text));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a date is needed, such as 2026-11-23T12:00:00Z", e);
        }
    }

    private static Instant read(String text) {
        if (text.matches("\\d{1,15}")) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        return text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant();
    }

    /** Beyond these years neither stores nor clients reckon. */
    private static Instant sensible(Instant instant) {
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new IllegalArgumentException("a date in the years from 1 to 9999 is needed");
        }
        return instant;
    }

    /** A date, or how long after now. */
    public static Instant instantOrDelay(String text, Instant now) {
        if (isDuration(text)) {
            return sensible(now.plus(duration(text)));
        }
        try {
            return instant(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a date or a duration is needed, such as 2026-11-23T12:00:00Z or 2h30m", e);
        }
    }
}
