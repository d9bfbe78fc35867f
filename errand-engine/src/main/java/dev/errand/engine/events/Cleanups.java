package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.RunId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs that are to be purged once all listeners have been called for their end. Who hears of an end is written down when it is read for the first
 * time, for whomever, before anybody is called for it; each is crossed off when it was called, or has gone. Thread-safe.
 *
 * <p>One that is behind may be the first to read an end from before another's subscription, who is written down as well and is never called:
 * then the run is left to its retention. Nothing is purged of which no listener has heard that wants it purged.
 */
final class Cleanups {
    private static final Logger LOG = LoggerFactory.getLogger(Cleanups.class);
    private static final int MOST = 10_000;

    private static final class Cleanup {
        private final RunId run;
        private final Set<Listener> open;
        private boolean wanted;

        Cleanup(RunId run, Set<Listener> open) {
            this.run = run;
            this.open = new HashSet<>(open);
        }
    }

    private final Supplier<List<Listener>> listeners;
    private final Consumer<RunId> purge;
    private final Map<Long, Cleanup> byPosition = new LinkedHashMap<>();
    private boolean told;

    Cleanups(Supplier<List<Listener>> listeners, Consumer<RunId> purge) {
        this.listeners = listeners;
        this.purge = purge;
    }

    /** These were read, and are about to be handed to listeners. */
    void seen(List<Event> events) {
        List<Listener> all = listeners.get();
        if (all.stream().anyMatch(Listener::cleansUp)) {
            Sorted ends = new Sorted(events.stream().filter(Event::isEnd).toList());
            Map<Event, Set<Listener>> open = new LinkedHashMap<>();
            for (Listener listener : all) {
                listener.wanted(ends)
                        .forEach(end -> open.computeIfAbsent(end, key -> new HashSet<>())
                                .add(listener));
            }
            open.forEach(this::seen);
        }
    }

    private void seen(Event end, Set<Listener> open) {
        if (open.stream().anyMatch(Listener::cleansUp)) {
            add(end, open);
            open.stream().filter(Listener::isClosed).forEach(gone -> cross(end.position(), gone));
        }
    }

    private synchronized void add(Event end, Set<Listener> open) {
        byPosition.putIfAbsent(end.position(), new Cleanup(end.run(), open));
        if (byPosition.size() > MOST) {
            byPosition.remove(byPosition.keySet().iterator().next());
            if (!told) {
                told = true;
                LOG.atWarn()
                        .log(
                                "Too many runs wait to be purged for a listener that is stuck; they are left to their retention");
            }
        }
    }

    /** A listener is about to be called for it. */
    void heard(Event event, Listener listener) {
        if (listener.cleansUp() && event.isEnd()) {
            want(event.position());
        }
    }

    private synchronized void want(Long position) {
        Cleanup cleanup = byPosition.get(position);
        if (cleanup != null) {
            cleanup.wanted = true;
        }
    }

    /** A listener was called for it. */
    void handled(Event event, Listener listener) {
        if (event.isEnd()) {
            cross(event.position(), listener);
        }
    }

    private void cross(Long position, Listener listener) {
        Cleanup cleanup;
        synchronized (this) {
            cleanup = byPosition.get(position);
            if (cleanup == null || !cleanup.open.remove(listener) || !cleanup.open.isEmpty()) {
                return;
            }
            byPosition.remove(position);
        }
        if (cleanup.wanted) {
            purge.accept(cleanup.run);
        }
    }

    /** A listener is called no more, but that it may be in a call. */
    void gone(Listener listener) {
        List<Long> positions;
        synchronized (this) {
            positions = List.copyOf(byPosition.keySet());
        }
        positions.stream().filter(position -> !listener.isAt(position)).forEach(position -> cross(position, listener));
    }
}
