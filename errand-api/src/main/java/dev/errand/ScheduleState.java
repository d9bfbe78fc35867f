package dev.errand;

/** Where a schedule stands. */
public enum ScheduleState {
    /** It will fire. */
    ACTIVE,
    /** Somebody paused it. What it would have fired meanwhile is not made up for. */
    PAUSED,
    /** It will not fire any more: its only time, its end or its limit has come. */
    COMPLETED,
    /** It is declared in code that no living node has. It goes on when a node with that code starts, or is back after it was taken for dead. */
    ASLEEP
}
