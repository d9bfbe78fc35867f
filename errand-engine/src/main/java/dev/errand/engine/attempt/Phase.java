package dev.errand.engine.attempt;

/** Who may write about the run of an attempt. */
enum Phase {
    /** All. */
    OPEN,
    /** The body alone, because its transaction may end the run. */
    COMPLETING,
    /** Nobody any more. */
    SETTLED
}
