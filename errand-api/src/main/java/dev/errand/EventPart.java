package dev.errand;

import java.util.List;

/**
 * A part of the log of events.
 *
 * @param missed how many events that followed the place asked for were deleted before they could be read, whether they would have passed the
 *     filter or not; they came before those of this part. Of deletions long ago it is not known any more, so it may have been more
 * @param events those that pass the filter, the events of one run in order; perhaps none
 * @param cursor where to read on after this part: beyond its last event, if what follows that does not pass
 * @param more whether there may be more by now
 */
public record EventPart(long missed, List<LoggedEvent> events, String cursor, boolean more) {
    public EventPart {
        events = List.copyOf(events);
    }
}
