package dev.errand.store;

/** The answer to a report. */
public enum Receipt {
    /** It is durable. */
    RECORDED,
    /** The claim is held no more; nothing was written. Stop the body. */
    LOST
}
