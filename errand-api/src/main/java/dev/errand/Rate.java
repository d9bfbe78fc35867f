package dev.errand;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many starts in a period, evenly: after a burst each start waits for its share of the period.
 *
 * @param starts how many in a period, from 1 to 1,000,000
 * @param per the period, from a millisecond to 31 days
 * @param burst how many may start at once after a time of rest, from 1 to 1,000,000
 */
public record Rate(int starts, Duration per, int burst) {
    /** No more digits than an int surely takes. */
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})/([^:/]+)(?::(\\d{1,9}))?");

    private static final int MOST = 1_000_000;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(31);

    /** No rate, said: the highest there is, which is not kept. As an override it lifts the one that was declared. */
    public static final Rate UNLIMITED = of(MOST, Duration.ofSeconds(1));

    public Rate {
        Objects.requireNonNull(per, "per");
        if (starts < 1 || starts > MOST) {
            throw new IllegalArgumentException("a rate of " + starts + " is none: 1 to 1000000 starts in a period");
        }
        if (per.compareTo(SHORTEST) < 0 || per.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a rate's period is from 1 ms to 31 days, not " + Durations.print(per));
        }
        if (burst < 1 || burst > MOST) {
            throw new IllegalArgumentException("a burst of " + burst + " is none: 1 to 1000000 starts at once");
        }
        if (per.dividedBy(starts).compareTo(Duration.ofNanos(1_000)) < 0) {
            throw new IllegalArgumentException("a rate above a million a second is no limit; leave it out");
        }
    }

    /** As many at once as in a whole period. */
    public static Rate of(int starts, Duration per) {
        return new Rate(starts, per, starts);
    }

    /** The same with another burst. */
    public Rate burst(int burst) {
        return new Rate(starts, per, burst);
    }

    /** The time between two starts, once the burst is used up. */
    public Duration interval() {
        return per.dividedBy(starts);
    }

    /** Reads {@code 100/1m}, {@code 100/1m:10} for a burst of 10, or {@code unlimited}. */
    public static Rate parse(String text) {
        if (text.strip().equalsIgnoreCase("unlimited")) {
            return UNLIMITED;
        }
        Matcher rate = FORM.matcher(text.strip());
        if (!rate.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no rate; one looks like 100/1m, or 100/1m:10");
        }
        try {
            Rate steady = of(Integer.parseInt(rate.group(1)), Durations.parse(rate.group(2)));
            return rate.group(3) == null ? steady : steady.burst(Integer.parseInt(rate.group(3)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no rate: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return starts + "/" + Durations.print(per) + (burst == starts ? "" : ":" + burst);
    }
}
