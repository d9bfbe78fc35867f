package dev.errand.store;

import dev.errand.Event;

/**
 * An event and where it is in the log.
 *
 * @param own its place in its stream, and no other: who has a cursor that covers it has read it
 * @param after where to read on after it
 */
public record PlacedEvent(Event event, EventCursor own, EventCursor after) {}
