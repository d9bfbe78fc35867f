package dev.errand.store;

import dev.errand.Event;
import java.util.List;

/**
 * Events that follow a cursor, those of each run in order.
 *
 * @param next where to read on; the same cursor again if there are no events
 */
public record EventPage(List<Event> events, EventCursor next) {}
