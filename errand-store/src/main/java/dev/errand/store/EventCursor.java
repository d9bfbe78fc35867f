package dev.errand.store;

/**
 * How far somebody has read the events, perhaps to the middle of a commit; to be kept and handed back as it is. What is committed at the same time is numbered in no
 * common order, so a cursor may hold a place for each of several writers.
 *
 * @param text in the store's own form; empty before the first event
 */
public record EventCursor(String text) {
    /** Before the first event. */
    public static final EventCursor START = new EventCursor("");
}
