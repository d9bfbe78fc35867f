package dev.errand;

/** What becomes of a run that would have to wait for a concurrency limit. */
public enum OnConflict {
    /** It waits its turn. */
    WAIT,
    /** It ends CANCELED at once: as many as the limit allows are running or queued already. */
    DROP,
    /** It takes the place of the oldest that is queued, which ends CANCELED; where none is queued it waits. */
    REPLACE,
    /** As {@link #REPLACE}; and where none is queued, the oldest that executes is asked to stop. */
    REPLACE_EXECUTING
}
