package dev.errand;

import java.time.Instant;

/**
 * A signal that was sent to a run, and that its body has not received.
 *
 * @param sentAt by the store's clock
 */
public record SignalInfo(String name, Json value, Instant sentAt) {
    /** How many a run may have that it has not received, of all names together. */
    public static final int MOST = 1_000;
}
