package dev.errand;

/** The instant from which a timeout counts. */
public enum TimeoutFrom {
    /**
     * The trigger, the due time of a run that was delayed, or the latest retry: time in the queue counts, and a run may end EXPIRED
     * without having started. Attempts after the first count from their start.
     */
    CREATION,
    /** The start of each attempt: time in the queue is free. */
    START
}
