package dev.errand.store;

import dev.errand.Event;
import java.util.List;

/**
 * Events that follow a cursor, those of each run in order.
 *
 * @param next where to read on; the same cursor again if there are no events
 * @param more whether there may be more by now; else what follows is committed later, and told of
 */
public record EventPage(List<Event> events, EventCursor next, boolean more) {
    /** A page ends with the commit that makes it so many bytes, though it has fewer events than were asked for: it lies in memory. */
    public static final int MUCH = 4_000_000;
}
