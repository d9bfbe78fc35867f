package dev.errand.store;

import dev.errand.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Events that follow a cursor, those of each run in order.
 *
 * @param next where to read on; the same cursor again if there are no events
 * @param commits what the events were written by, in their order
 * @param more whether there may be more by now; else what follows is committed later, and told of
 */
public record EventPage(List<Event> events, EventCursor next, List<Commit> commits, boolean more) {
    /** A page ends with the commit that makes it so many bytes, though it has fewer events than were asked for: it lies in memory. */
    public static final int MUCH = 4_000_000;

    /**
     * Events of the page that shared a commit.
     *
     * @param stream in which it was written; in each the order of positions is that of the commits
     * @param skipped how many events of the commit lie before the cursor that was asked for
     * @param events how many of the page are of this commit, at least 1
     */
    public record Commit(long stream, long position, int skipped, int events) {}

    /**
     * Where each of the events is: one for each, in their order.
     *
     * @param after the cursor that was asked for
     */
    public List<PlacedEvent> placed(EventCursor after) {
        Map<Long, EventCursor.Place> places = after.places();
        List<PlacedEvent> placed = new ArrayList<>();
        for (Commit commit : commits) {
            for (int i = 1; i <= commit.events(); i++) {
                int within = i == commit.events() ? 0 : commit.skipped() + i;
                EventCursor.Place place = new EventCursor.Place(commit.position(), within);
                places.put(commit.stream(), place);
                EventCursor own = EventCursor.of(Map.of(commit.stream(), place));
                placed.add(new PlacedEvent(events.get(placed.size()), own, EventCursor.of(places)));
            }
        }
        return placed;
    }

    /** What lies from one event of the page, by its index, to before another: how far that leads in each stream. */
    public List<EventPassage> passage(int from, int to) {
        Map<Long, EventPassage> passages = new TreeMap<>();
        int first = 0;
        for (Commit commit : commits) {
            int passed = Math.min(to, first + commit.events()) - Math.max(from, first);
            if (passed > 0) {
                boolean whole = to >= first + commit.events();
                int within = whole ? 0 : commit.skipped() + to - first;
                EventPassage.add(passages, new EventPassage(commit.stream(), commit.position(), within, passed));
            }
            first += commit.events();
        }
        return new ArrayList<>(passages.values());
    }
}
