package dev.errand.examples.desktop;

import java.time.Duration;

/**
 * How long to wait before what has died is started again: not at all, unless it dies soon time after time, as where memory or the disk is full; then
 * twice as long each time, or it would keep the machine busy with its starts. Thread-safe.
 */
final class Pauses {
    static final Duration SOON = Duration.ofSeconds(10);
    static final Duration FIRST = Duration.ofMillis(500);
    static final Duration LONGEST = Duration.ofSeconds(30);

    private Duration next = Duration.ZERO;

    /** After one that has lived so long. */
    synchronized Duration after(Duration lived) {
        if (lived.compareTo(SOON) >= 0) {
            next = Duration.ZERO;
        }
        Duration now = next;
        Duration twice = now.multipliedBy(2);
        next = now.isZero() ? FIRST : twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
        return now;
    }
}
