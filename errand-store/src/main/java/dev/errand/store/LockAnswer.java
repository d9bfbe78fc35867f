package dev.errand.store;

/** The answer to a request for a lock. */
public enum LockAnswer {
    /** It was free. */
    HELD,
    /** Others stand before. */
    WAITING,
    /** This node was taken for dead, and stands nowhere. */
    LOST
}
