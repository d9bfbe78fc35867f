package dev.errand.store;

import dev.errand.RunId;

/**
 * The names of the values that change whenever a run is sent a signal: one for each run and name. Who waits for a signal waits for a change of that, by
 * all that there is for values, also on nodes of the version before. No user's value is named like that.
 */
public final class Mailbox {
    /** All such names come before this one, and all others after it. */
    public static final String END = "\u0002";

    private Mailbox() {}

    public static String of(RunId run, String name) {
        return "\u0001signal:%016x%016x:%s".formatted(run.high(), run.low(), name);
    }
}
