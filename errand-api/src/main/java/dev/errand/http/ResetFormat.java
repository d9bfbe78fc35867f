package dev.errand.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How a header says when a server may be asked again. */
public enum ResetFormat {
    /** Seconds from now, or a date as HTTP writes it: what {@code Retry-After} has. */
    RETRY_AFTER,
    /** Seconds from now. */
    SECONDS,
    /** Seconds since 1970. */
    UNIX_SECONDS,
    /** Milliseconds since 1970. */
    UNIX_MILLIS,
    /** Such as {@code 2026-11-21T09:30:00Z}. */
    ISO_8601;

    /** The instant that a header's value says; empty if it says none. */
    public Optional<Instant> read(String value, Instant now) {
        try {
            return Optional.of(
                    switch (this) {
                        case RETRY_AFTER ->
                            isNumber(value)
                                    ? now.plusSeconds(Long.parseLong(value))
                                    : ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant();
                        case SECONDS -> now.plusMillis(Math.round(Double.parseDouble(value) * 1_000));
                        case UNIX_SECONDS -> Instant.ofEpochSecond(Long.parseLong(value));
                        case UNIX_MILLIS -> Instant.ofEpochMilli(Long.parseLong(value));
                        case ISO_8601 -> ZonedDateTime.parse(value).toInstant();
                    });
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static boolean isNumber(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
