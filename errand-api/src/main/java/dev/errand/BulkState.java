package dev.errand;

/** How far a bulk action has come. */
public enum BulkState {
    /** It is under way. */
    PENDING,
    /** All runs that its filter found have been dealt with. */
    COMPLETED,
    /** Somebody has broken it off. */
    ABORTED
}
