package dev.errand;

/** What came of asking for another attempt by hand. */
public enum RetryAnswer {
    /** The run is queued again, at once. */
    RETRIED,
    /** Refused: only runs that are FAILED or RETRYING are retried. Replay starts a new run instead. */
    NOT_FAILED,
    /** Refused: its attempts are used up. */
    NO_ATTEMPTS_LEFT,
    /** Refused: it failed in a way that a further attempt would repeat (its payload, its own declaration). */
    NOT_RETRIABLE,
    /** There is no such run. */
    NOT_FOUND
}
