package dev.errand;

/** The instant from which a timeout counts. */
public enum TimeoutFrom {
    /** The trigger, or the latest retry by hand: time in the queue counts, and a run may end EXPIRED without having started. */
    CREATION,
    /** The start of each attempt: time in the queue is free. */
    START
}
