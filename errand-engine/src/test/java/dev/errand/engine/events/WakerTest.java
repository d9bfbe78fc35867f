package dev.errand.engine.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.ValueInfo;
import dev.errand.engine.json.Codec;
import dev.errand.store.CommitListener;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What events change for those who wait for them, in a real store. */
class WakerTest {
    private static final EventFilter LETTER = EventFilter.named("letter");
    private static final Duration LONG = Duration.ofHours(1);
    private final Instant begin = Instant.now().minusSeconds(60);

    @AutoClose
    private final Store store = open();

    private static Store open() {
        String url = "jdbc:sqlite::memory:";
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.accepts(url)) {
                return provider.open(new StoreSettings(url, null, Map.of(), Clock.systemUTC()));
            }
        }
        throw new IllegalStateException("no store for " + url);
    }

    private Waker waker(Duration tidiness) {
        if (store.nodes().isEmpty()) {
            store.join("first", 1);
        }
        Waker waker = new Waker(store, new Codec(), tidiness);
        store.onCommit(new CommitListener() {
            @Override
            public void events(boolean foreign) {
                waker.committed();
            }

            @Override
            public void requests() {
                // of no interest
            }
        });
        return waker;
    }

    private void raise(String name, int data) {
        store.raise(new Report.Raised(name, store.clock().instant(), String.valueOf(data)));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private boolean isChanged(SeenValue seen) {
        return store.values()
                .find(seen.name())
                .filter(now -> now.version() == seen.version())
                .isEmpty();
    }

    private boolean isRead() {
        return store.subscriptions().find(Waker.NAME).isPresent();
    }

    @Test
    void anEventChangesWhatThoseWaitForWhoseFilterItPasses() throws InterruptedException {
        try (Waker waker = waker(LONG)) {
            LatestEvents events = new LatestEvents(store, waker);
            SeenValue first = events.awaited(LETTER);
            await("all are told that somebody reads from now on", () -> isChanged(first));
            SeenValue other = events.awaited(EventFilter.named("postcard"));
            SeenValue seen = events.awaited(LETTER);
            assertThat(events.awaited(LETTER)).as("the same for all").isEqualTo(seen);
            SeenValue any = events.awaited(EventFilter.named("*TTE*"));
            raise("parcel", 1);
            raise("LETTER", 1);
            await("it has changed", () -> isChanged(seen) && isChanged(any));
            assertThat(isChanged(other)).isFalse();
        }
    }

    @Test
    void byWhatNobodyWaitsIsRemovedAndThenTheLogIsReadNoMore() throws InterruptedException {
        try (Waker waker = waker(Duration.ofMillis(50))) {
            LatestEvents events = new LatestEvents(store, waker);
            SeenValue seen = events.awaited(LETTER);
            await("it is removed", () -> store.values().find(seen.name()).isEmpty());
            await("the log is not read", () -> !isRead());
            SeenValue again = events.awaited(LETTER);
            assertThat(again.version()).isGreaterThan(seen.version());
            await("somebody reads it again", () -> isRead() || isChanged(again));
        }
        assertThat(store.values().list("", 10)).extracting(ValueInfo::name).allMatch(name -> name.startsWith("\u0001"));
    }

    @Test
    void whoeverTakesOverReadsOnFromWhereTheOneBeforeWas() throws InterruptedException {
        SeenValue seen;
        try (Waker waker = waker(LONG)) {
            LatestEvents events = new LatestEvents(store, waker);
            SeenValue first = events.awaited(LETTER);
            await("all are told that somebody reads from now on", () -> isChanged(first));
            SeenValue second = events.awaited(LETTER);
            raise("letter", 1);
            await("it is read", () -> isChanged(second));
            seen = events.awaited(LETTER);
        }
        assertThat(isChanged(seen)).isFalse();
        raise("letter", 2);
        try (Waker next = waker(LONG)) {
            next.look();
            await("it is read", () -> isChanged(seen));
        }
    }

    @Test
    void theLatestIsFoundAmongFewAndAmongMoreThanAreRemembered() {
        try (Waker waker = waker(LONG)) {
            LatestEvents events = new LatestEvents(store, waker);
            assertThat(events.find(LETTER, begin, event -> true)).isEmpty();
            int raised = 0;
            for (int until : new int[] {3, 5, 2_100, 2_105}) {
                while (raised < until) {
                    raise("letter", raised++);
                    raise("postcard", raised);
                }
                Json last = new Json(String.valueOf(until - 1));
                assertThat(events.find(LETTER, begin, event -> true))
                        .map(Event::data)
                        .contains(last);
                Json early = new Json("1");
                assertThat(events.find(LETTER, begin, event -> early.equals(event.data())))
                        .map(Event::data)
                        .contains(early);
                assertThat(events.find(LETTER, Instant.now().plusSeconds(60), event -> true))
                        .isEmpty();
            }
        }
    }
}
