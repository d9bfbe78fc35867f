package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.ValueInfo;
import dev.errand.store.SeenValue;
import dev.errand.store.Store;
import dev.errand.store.ValueStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The latest events that passed filters, as bodies read them, and what a run waits for that is to hear of a later one. Thread-safe. */
public final class LatestEvents {
    private static final int MOST_FILTERS = 1_000;
    private static final long MOST_BYTES = 16_000_000;

    private final Store store;
    private final ValueStore values;
    private final Waker waker;
    private final Tags tags;
    /** What was looked for last comes last. */
    private final Map<EventFilter, Passed> known = new LinkedHashMap<>(16, 0.75f, true);

    /** @param waker looks after those who wait */
    public LatestEvents(Store store, Waker waker) {
        this.store = store;
        this.values = store.values();
        this.waker = waker;
        this.tags = new Tags(store);
    }

    /** @throws IllegalArgumentException of a filter that lets no event pass that anybody raises */
    public static void require(EventFilter filter) {
        String name = filter.name();
        if (name != null && Wanted.isEngines(name)) {
            throw new IllegalArgumentException(
                    "'%s' is no event that anybody raises: of the events of the engine's a body reads none. Look at a run by infoOf or resultOf"
                            .formatted(name));
        }
    }

    /**
     * What changes when an event is committed that passes. To be asked for before the log is read: of what is not found there it will change.
     * Somebody sees to that from now on, here or in another process.
     */
    public SeenValue awaited(EventFilter filter) {
        String name = Wanted.name(filter);
        Optional<ValueInfo> found = values.find(name);
        while (found.isEmpty()) {
            byte[] json = Wanted.json(filter).getBytes(StandardCharsets.UTF_8);
            found = values.set(name, 0, json).or(() -> values.find(name));
        }
        waker.look();
        return new SeenValue(name, found.orElseThrow().version());
    }

    /**
     * The latest of those raised at a time or later that pass, and about which the code says so as well.
     *
     * @param which called without any lock
     */
    public Optional<Event> find(EventFilter filter, Instant since, Predicate<? super Event> which) {
        Passed passed = passed(filter);
        List<Event> events = passed.since(since);
        forgetSome();
        return events == null
                ? among(passed, since, which)
                : events.reversed().stream().filter(which).findFirst();
    }

    private static Optional<Event> among(Passed passed, Instant since, Predicate<? super Event> which) {
        AtomicReference<@Nullable Event> latest = new AtomicReference<>();
        passed.each(since, event -> {
            if (which.test(event)) {
                latest.set(event);
            }
        });
        return Optional.ofNullable(latest.get());
    }

    private Passed passed(EventFilter filter) {
        synchronized (known) {
            return known.computeIfAbsent(filter, added -> new Passed(added, store, tags));
        }
    }

    /** Those that were not looked for the longest. */
    private void forgetSome() {
        synchronized (known) {
            long bytes = known.values().stream().mapToLong(Passed::bytes).sum();
            var eldest = known.values().iterator();
            while (eldest.hasNext() && (bytes > MOST_BYTES || known.size() > MOST_FILTERS)) {
                bytes -= eldest.next().bytes();
                eldest.remove();
            }
        }
    }
}
