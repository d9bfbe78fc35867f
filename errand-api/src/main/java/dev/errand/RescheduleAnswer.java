package dev.errand;

/** What came of asking a run to start at another time. */
public enum RescheduleAnswer {
    /** It starts at the new time. */
    RESCHEDULED,
    /** Refused: only a run that is DELAYED can be moved. */
    NOT_DELAYED,
    /** There is no such run. */
    NOT_FOUND
}
