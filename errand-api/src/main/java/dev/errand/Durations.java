package dev.errand;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 250ms}, {@code 30s}, {@code 1h52m18s}, {@code 2d}. */
public final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d{1,12})(ms|s|m|h|d|w)");

    /** Longer than anything that is waited for: a hundred years. */
    static final Duration LONGEST = Duration.ofDays(36_525);

    private static final Duration SHORTEST_MAX_DURATION = Duration.ofSeconds(5);

    private Durations() {}

    /** Refuses what no clock can be set to. */
    static void requireSensible(@Nullable Duration duration, String what) {
        if (duration != null && (duration.isNegative() || duration.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("%s is %s; it must be from 0 to 100 years".formatted(what, duration));
        }
    }

    /** Refuses limits on the time an attempt is active that are too short; zero is none. */
    static void requireMaxDuration(@Nullable Duration maxDuration) {
        requireSensible(maxDuration, "maxDuration");
        if (maxDuration != null && !maxDuration.isZero() && maxDuration.compareTo(SHORTEST_MAX_DURATION) < 0) {
            throw new IllegalArgumentException(
                    "maxDuration is %s; at least 5 s are needed, or 0 for no limit".formatted(print(maxDuration)));
        }
    }

    /**
     * Reads {@code 1h52m18s}, {@code 250ms}, {@code 2d}, a plain number of seconds ({@code 90}), or ISO 8601 ({@code PT1M}).
     *
     * @throws IllegalArgumentException if the text is none of these; the message shows what is
     */
    public static Duration parse(String text) {
        String value = text.strip();
        if (value.matches("\\d{1,12}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        if (value.startsWith("P") || value.startsWith("p")) {
            try {
                return Duration.parse(value);
            } catch (java.time.format.DateTimeParseException e) {
                throw notADuration(text);
            }
        }
        Matcher part = PART.matcher(value);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum = sum.plus(
                    unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1)))); // 12 digits do not overflow
            end = part.end();
        }
        if (end == 0 || end != value.length()) {
            throw notADuration(text);
        }
        return sum;
    }

    private static Duration unit(String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }

    private static IllegalArgumentException notADuration(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a duration; write for example 250ms, 30s, 1h52m18s or 2d");
    }

    /** The same in the other direction: {@code 1h52m18s}; zero prints as {@code 0s}, parts below a millisecond are dropped. */
    public static String print(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 0) {
            return "-" + print(duration.negated());
        }
        StringBuilder text = new StringBuilder();
        millis = append(text, millis, 86_400_000L, "d");
        millis = append(text, millis, 3_600_000L, "h");
        millis = append(text, millis, 60_000L, "m");
        millis = append(text, millis, 1_000L, "s");
        append(text, millis, 1L, "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static long append(StringBuilder text, long millis, long unit, String name) {
        if (millis >= unit) {
            text.append(millis / unit).append(name);
        }
        return millis % unit;
    }
}
