package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.Retention;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Places in the log of events: between any two, comparable as far as they can be, and what was deleted after them. */
public abstract class LogCursorConformance extends StoreTest {
    private Store other;

    @BeforeEach
    void joinStores() {
        store.join("first", 10);
        other = openNode("other");
    }

    private void raise(Store by, String... names) {
        for (String name : names) {
            by.raise(new Report.Raised(name, clock.instant(), null));
        }
    }

    /** In one commit. */
    private void raiseTogether(String... names) {
        enqueueGreet();
        List<Report.Raised> raised = new ArrayList<>();
        for (String name : names) {
            raised.add(new Report.Raised(name, clock.instant(), null));
        }
        record(new Report.Noted(claimOne(), List.of(), List.of(), null, null, raised));
    }

    private List<PlacedEvent> placed(EventCursor after) {
        return store.events(after, 1_000).placed(after);
    }

    private List<String> namesAfter(EventCursor cursor) {
        return store.events(cursor, 1_000).events().stream().map(Event::name).toList();
    }

    private void trim() {
        store.prune(Retention.forever().withMostEvents(0), 100);
        assertThat(events(store)).isEmpty();
    }

    /** By several streams, with several in one commit. */
    private void writeAll() {
        raise(store, "1");
        other.enqueue(NewRuns.many(3, GREET, clock));
        raiseTogether("2", "3", "4");
        raise(other, "5");
    }

    @Test
    void betweenAnyTwoEventsOneCanGoOn() {
        EventCursor begin = store.lastEvent();
        writeAll();
        List<PlacedEvent> all = placed(begin);
        List<Event> events = all.stream().map(PlacedEvent::event).toList();
        assertThat(events).isEqualTo(events(store)).hasSize(9);
        for (int i = 0; i < all.size(); i++) {
            assertThat(store.events(EventCursor.parse(all.get(i).after().text()), 1_000).events())
                    .as("after the event %d", i)
                    .containsExactlyInAnyOrderElementsOf(events.subList(i + 1, events.size()));
        }
        assertThat(all.getLast().after()).isEqualTo(store.events(begin, 1_000).next());
    }

    @Test
    void aPlaceCoversWhatLiesBeforeIt() {
        EventCursor begin = store.lastEvent();
        writeAll();
        List<PlacedEvent> all = placed(begin);
        for (int i = 0; i < all.size(); i++) {
            EventCursor place = all.get(i).after();
            for (int j = 0; j < all.size(); j++) {
                assertThat(place.covers(all.get(j).own())).as("%d of %d", j, i).isEqualTo(j <= i);
                assertThat(place.covers(all.get(j).after())).as("%d of %d", j, i).isEqualTo(j <= i);
            }
            assertThat(place.covers(begin)).isTrue();
            assertThat(place.with(all.getFirst().after())).isEqualTo(place);
            assertThat(all.getFirst().after().with(place)).isEqualTo(place);
        }
    }

    @Test
    void whatIsDeletedAfterAPlaceIsCounted() {
        EventCursor begin = store.lastEvent();
        writeAll();
        List<PlacedEvent> all = placed(begin);
        assertThat(store.lost(begin).events()).isZero();
        trim();
        for (int i = 0; i < all.size(); i++) {
            EventLoss lost = store.lost(all.get(i).after());
            assertThat(lost.events()).as("after the event %d", i).isEqualTo(all.size() - i - 1);
            assertThat(lost.next().covers(all.getLast().after())).isTrue();
            assertThat(store.lost(lost.next()).events()).isZero();
        }
        raise(store, "new");
        assertThat(namesAfter(store.lost(all.getFirst().after()).next())).containsExactly("new");
        assertThat(store.lost(EventCursor.START).events()).as("for the oldest there is").isZero();
    }

    @Test
    void theEndOfAnEmptyLogIsAfterWhatWasDeleted() {
        writeAll();
        trim();
        EventCursor end = store.lastEvent();
        assertThat(store.lost(end).events()).isZero();
        raise(other, "1", "2");
        assertThat(namesAfter(end)).containsExactly("1", "2");
        trim();
        assertThat(store.lost(end).events()).isEqualTo(2);
    }

    @Test
    void whatIsDeletedBitByBitIsCountedAlike() {
        EventCursor begin = store.lastEvent();
        for (int i = 0; i < 5; i++) {
            raise(store, "1", "2");
            store.prune(Retention.forever().withMostEvents(i % 2), 100);
        }
        int left = events(store).size();
        assertThat(store.lost(begin).events()).isEqualTo(10 - left);
    }
}
