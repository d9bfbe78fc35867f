package dev.errand.server.auth;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a token is to end, as clients say it: {@code 15m}, {@code 1.5 hours}, {@code 2 days from now}, or seconds since 1970. */
final class TokenLife {
    private static final Pattern LIFE = Pattern.compile(
            "\\+? ?(?<count>\\d{1,9}(\\.\\d{1,9})?) ?(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?"
                    + "|d|days?|w|weeks?|y|yrs?|years?)( from now)?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern TIME = Pattern.compile("(?<seconds>\\d{1,11})(\\.\\d{1,9})?");

    private TokenLife() {}

    /** @throws IllegalArgumentException if it cannot be understood */
    static Instant end(String text, Instant now) {
        Matcher time = TIME.matcher(text);
        if (time.matches()) {
            return Instant.ofEpochSecond(Long.parseLong(time.group("seconds")));
        }
        Matcher life = LIFE.matcher(text);
        if (!life.matches()) {
            throw new IllegalArgumentException("a time is needed, such as 15m or 2 hours, or seconds since 1970");
        }
        BigDecimal count = new BigDecimal(life.group("count"));
        BigDecimal unit = BigDecimal.valueOf(unit(life.group("unit")).toSeconds());
        return now.plusSeconds(count.multiply(unit).longValue());
    }

    private static Duration unit(String name) {
        return switch (name.toLowerCase(Locale.ROOT).charAt(0)) {
            case 's' -> Duration.ofSeconds(1);
            case 'm' -> Duration.ofMinutes(1);
            case 'h' -> Duration.ofHours(1);
            case 'd' -> Duration.ofDays(1);
            case 'w' -> Duration.ofDays(7);
            default -> Duration.ofDays(365);
        };
    }
}
