package dev.errand;

/** What came of sending a run a signal. */
public enum SignalAnswer {
    /** It is sent: its run's body receives it when it asks for it. */
    OK,
    /** The run has as many signals that it has not received as are kept, {@value SignalInfo#MOST}. Nothing was sent. */
    FULL,
    /** The run has ended. Nothing was sent. */
    FINISHED,
    /** There is no such run. Nothing was sent. */
    NOT_FOUND
}
