package dev.errand;

/** What came of asking a run to stop. */
public enum CancelAnswer {
    /** The run is CANCELED, or if it is executing, its body was told to stop. */
    OK,
    /** A cancel was asked for before; the body has not stopped yet. */
    CANCELLING,
    /** There is no such run, or it has ended. Nothing changed. */
    NOT_FOUND
}
