package dev.errand.store;

/**
 * What was deleted from the log of events that follows a cursor.
 *
 * @param events how many were; of those deleted long ago it is not known any more
 * @param next after all of them, and after what the cursor had passed
 */
public record EventLoss(long events, EventCursor next) {}
