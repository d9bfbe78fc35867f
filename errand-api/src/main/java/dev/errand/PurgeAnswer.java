package dev.errand;

/** What came of asking for a run and all its traces to be deleted. */
public enum PurgeAnswer {
    /** It is gone. */
    PURGED,
    /** Refused: its body is running; ask with force to stop it first. */
    EXECUTING,
    /** There is no such run (any more). */
    NOT_FOUND
}
