package dev.errand;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Points in time as people mean them. */
final class Instants {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private Instants() {}

    /** As stores keep it, to the microsecond. Refuses what is beyond all calendars, with which nobody could reckon. */
    static Instant sensible(Instant instant, String what) {
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new IllegalArgumentException(
                    "%s is %s; it must be in the years from 1 to 9999".formatted(what, instant));
        }
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
