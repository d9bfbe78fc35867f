package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventLog;
import dev.errand.EventPart;
import dev.errand.LoggedEvent;
import dev.errand.store.EventCursor;
import dev.errand.store.EventLoss;
import dev.errand.store.EventPage;
import dev.errand.store.PlacedEvent;
import dev.errand.store.Store;
import java.util.ArrayList;
import java.util.List;

/** Reads the log from a cursor on, and finds out what was deleted before it could be read. */
final class LogPages {
    /**
     * What follows a cursor.
     *
     * @param lost what was deleted before the page
     */
    record Read(EventPage page, EventLoss lost) {
        List<PlacedEvent> placed() {
            return page.placed(lost.next());
        }
    }

    private final Store store;
    private final Tags tags;

    LogPages(Store store, Tags tags) {
        this.store = store;
        this.tags = tags;
    }

    static String text(EventCursor cursor) {
        return cursor.equals(EventCursor.START) ? EventLog.BEGINNING : cursor.text();
    }

    static EventCursor cursor(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a place in the log of events is needed, and missing");
        }
        return text.equals(EventLog.BEGINNING) ? EventCursor.START : EventCursor.parse(text);
    }

    /** Asks after what was deleted when it has read: were it asked before, there could be more by then. If there is any, it reads what follows that. */
    Read read(EventCursor after, int limit) {
        EventLoss lost = new EventLoss(0, after);
        while (true) {
            EventPage page = store.events(lost.next(), limit);
            EventLoss now = store.lost(after);
            if (now.events() == lost.events()) {
                return new Read(page, lost);
            }
            lost = now;
        }
    }

    /** Those of them that pass. */
    List<PlacedEvent> passing(EventFilter filter, Read read) {
        List<Event> events = read.page().events();
        tags.read(events);
        List<Event> passing = events.isEmpty() ? events : tags.passing(filter, new Sorted(events));
        return passing.isEmpty() ? List.of() : those(passing, read.placed());
    }

    /** Those of these events, which are in the same order. */
    static List<PlacedEvent> those(List<Event> events, List<PlacedEvent> all) {
        if (events.size() == all.size()) {
            return all;
        }
        List<PlacedEvent> those = new ArrayList<>();
        int next = 0;
        for (Event event : events) {
            while (all.get(next).event().position() != event.position()) {
                next++;
            }
            those.add(all.get(next++));
        }
        return those;
    }

    EventPart part(EventFilter filter, Read read) {
        List<LoggedEvent> events = passing(filter, read).stream()
                .map(placed -> new LoggedEvent(placed.event(), text(placed.after())))
                .toList();
        EventPage page = read.page();
        return new EventPart(read.lost().events(), events, text(page.next()), page.more());
    }
}
