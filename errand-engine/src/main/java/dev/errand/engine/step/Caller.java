package dev.errand.engine.step;

/** Which code of a task is at work. What is called but once in an attempt is told from what is called again after each wait. */
public enum Caller {
    /** The body, and hooks that are called whenever it is. */
    BODY,
    /** Hooks at the start of an attempt. */
    START,
    /** Hooks around a wait. */
    WAIT
}
