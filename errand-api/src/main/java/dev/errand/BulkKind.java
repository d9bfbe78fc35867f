package dev.errand;

/** What is done to each run that a filter finds. */
public enum BulkKind {
    /** It is asked to stop, as by {@link Run#cancel()}. */
    CANCEL,
    /** It makes another attempt, as by {@link Run#retry()}; unless it has failed only since the action began. */
    RETRY,
    /** A new run repeats it, as by {@link Run#replay()}. */
    REPLAY,
    /** It is deleted, as by {@link Run#purge()}. */
    PURGE
}
