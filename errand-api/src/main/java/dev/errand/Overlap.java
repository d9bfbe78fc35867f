package dev.errand;

/** What a {@link Schedule} does that fires while a run of an earlier firing has not ended. Runs that are retried have not ended. */
public enum Overlap {
    /** Triggers another run beside it. */
    ALLOW,
    /** Passes the firing over. */
    SKIP,
    /** Triggers one more run once the earlier one has ended; firings until then are passed over. */
    QUEUE_ONE,
    /** Cancels the earlier run, and triggers another; the one that is cancelled has its grace to end. */
    CANCEL_OLD
}
