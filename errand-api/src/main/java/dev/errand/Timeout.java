package dev.errand;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A limit on how long a run or an attempt may take, by the wall clock.
 *
 * @param limit zero ends the run at once; null means no limit
 * @param from where the clock starts
 */
public record Timeout(@Nullable Duration limit, TimeoutFrom from) {
    private static final Timeout NEVER = new Timeout(null, TimeoutFrom.CREATION);

    public Timeout {
        Objects.requireNonNull(from, "from");
        Durations.requireSensible(limit, "timeout");
    }

    /** No limit. */
    public static Timeout never() {
        return NEVER;
    }

    /** A limit on the whole run, counted from its trigger; waiting in the queue counts. */
    public static Timeout ofRun(Duration limit) {
        return new Timeout(limit, TimeoutFrom.CREATION);
    }

    /** A limit on each attempt, counted from its start. */
    public static Timeout ofAttempt(Duration limit) {
        return new Timeout(limit, TimeoutFrom.START);
    }
}
