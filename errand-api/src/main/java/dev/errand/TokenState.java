package dev.errand;

/** How a token stands. All but the first are for good. */
public enum TokenState {
    /** Nobody has completed it yet. */
    PENDING,
    /** It was completed with a value. */
    COMPLETED,
    /** It was completed with an error. */
    FAILED,
    /** Its time passed before anybody completed it. */
    TIMED_OUT
}
