package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The raised events that have passed a filter from a time on, as far as the log was read for that. Whoever looks again reads only what came since,
 * and of a thousand who are woken by one event the first reads it for all.
 */
final class Passed {
    private static final int PAGE = 500;
    /** More are not remembered. */
    private static final int MOST_EVENTS = 2_000;

    private static final long MOST_BYTES = 1_000_000;
    /** Of an event without its data, about. */
    private static final int BYTES = 300;

    private final EventFilter filter;
    private final Store store;
    private final Tags tags;
    private final ReentrantLock turn = new ReentrantLock();
    private final List<Event> events = new ArrayList<>();
    private @Nullable Instant from;
    private EventCursor cursor = EventCursor.START;
    private volatile boolean tooMany;
    private volatile long bytes = BYTES;

    Passed(EventFilter filter, Store store, Tags tags) {
        this.filter = filter;
        this.store = store;
        this.tags = tags;
    }

    /** About how many bytes it takes. */
    long bytes() {
        return bytes;
    }

    /** Those raised at a time or later, oldest first, up to what is committed now; null if they are too many to be remembered. */
    @Nullable
    List<Event> since(Instant time) {
        turn.lock();
        try {
            if (from == null || time.isBefore(from)) {
                begin(time);
            }
            boolean more = !tooMany;
            while (more) {
                EventPage page = page(cursor, this::add);
                cursor = page.next();
                more = page.more() && !tooMany;
            }
            return tooMany
                    ? null
                    : events.stream()
                            .filter(event -> !event.at().isBefore(time))
                            .toList();
        } finally {
            turn.unlock();
        }
    }

    private void begin(Instant time) {
        cursor = store.cursorAt(time);
        from = time;
        forget(false);
    }

    private void forget(boolean forGood) {
        events.clear();
        bytes = BYTES;
        tooMany = forGood;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // whoever adds has the turn; others only read
    private void add(Event event) {
        Json data = event.data();
        if (!tooMany) {
            events.add(event);
            bytes += BYTES + (data == null ? 0 : 2L * data.text().length());
            if (events.size() > MOST_EVENTS || bytes > MOST_BYTES) {
                forget(true);
            }
        }
    }

    /** All of these, one after the other, of which nothing is remembered. */
    void each(Instant time, Consumer<Event> visitor) {
        EventCursor place = store.cursorAt(time);
        EventPage page;
        do {
            page = page(place, event -> {
                if (!event.at().isBefore(time)) {
                    visitor.accept(event);
                }
            });
            place = page.next();
        } while (page.more());
    }

    /** The next page, of which those are visited that pass. */
    private EventPage page(EventCursor after, Consumer<Event> visitor) {
        EventPage page = store.events(after, PAGE);
        tags.read(page.events());
        List<Event> raised = page.events().stream().filter(Wanted::isRaised).toList();
        tags.passing(filter, new Sorted(raised)).forEach(visitor);
        return page;
    }
}
