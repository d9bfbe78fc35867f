package dev.errand;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a burst of triggers one run: it starts when no trigger of the same task and key came for a while. The first trigger stores a run
 * that is DELAYED; each that follows while it is moves its start, stores nothing, and answers with that run, see {@link Run#isHit()}.
 * Immutable; each method returns a changed copy.
 *
 * @param key 1 to 512 characters; keys of different tasks are different keys
 * @param delay how long after the last trigger the run starts; more than zero
 * @param longest how long after the first trigger the run starts at the latest, as this trigger wants it; longer than the delay, null
 *     for no limit. Triggers that come after that belong to a new run
 * @param lastPayload whether the run gets this trigger's payload instead of the first's. All else is as the first trigger said
 */
public record Debounce(String key, Duration delay, @Nullable Duration longest, boolean lastPayload) {
    private static final int LONGEST_KEY = 512;

    public Debounce {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(delay, "delay");
        IdempotencyKey.requireKey(key, LONGEST_KEY, "a debounce key");
        Durations.requireSensible(delay, "the debounce delay");
        Durations.requireSensible(longest, "the longest debounce delay");
        if (delay.isZero()) {
            throw new IllegalArgumentException("the debounce delay is zero; it must be longer");
        }
        if (longest != null && delay.compareTo(longest) >= 0) {
            throw new IllegalArgumentException("a debounce delay of %s reaches its bound of %s; it must be shorter"
                    .formatted(Durations.print(delay), Durations.print(longest)));
        }
    }

    /** Keeps the first payload, without limit. */
    public static Debounce of(String key, Duration delay) {
        return new Debounce(key, delay, null, false);
    }

    /** Starts no later than so long after the first trigger. */
    public Debounce atMost(Duration longest) {
        return new Debounce(key, delay, longest, lastPayload);
    }

    /** Takes the last payload. */
    public Debounce trailing() {
        return new Debounce(key, delay, longest, true);
    }
}
