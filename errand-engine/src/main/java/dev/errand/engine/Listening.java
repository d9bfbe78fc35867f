package dev.errand.engine;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Subscription;
import dev.errand.engine.events.EventFeed;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What {@link dev.errand.Errand} offers to those who want to hear of events, and of the ends of many runs. */
final class Listening {
    private final Supplier<EventFeed> feed;
    private final Waiting waiting;
    private final ManyRuns many;

    /**
     * Of an engine.
     *
     * @param feed asked for only when somebody listens
     */
    Listening(Supplier<EventFeed> feed, Waiting waiting, ManyRuns many) {
        this.feed = feed;
        this.waiting = waiting;
        this.many = many;
    }

    Subscription on(EventFilter filter, EventListener listener, ListenerOptions options) {
        return feed.get().listen(filter, listener, options);
    }

    List<ListenerInfo> listeners() {
        return feed.get().listeners();
    }

    Optional<Event> awaitEvent(EventFilter filter, Duration timeout) throws InterruptedException {
        waiting.refuseInside("an event");
        return feed.get().first(filter, Waiting.nanos(timeout));
    }

    <R extends Run<?>> Optional<R> awaitAny(Collection<R> runs, Duration timeout) throws InterruptedException {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("there are no runs to wait for");
        }
        waiting.refuseInside("one of " + runs.size() + " runs");
        long end = System.nanoTime() + Waiting.nanos(timeout);
        Set<RunId> open = waiting.untilOneEnded(ids(runs), all -> many.open(all, end), end);
        return runs.stream().filter(run -> !open.contains(run.id())).findFirst();
    }

    boolean awaitAll(Collection<? extends Run<?>> runs, Duration timeout) throws InterruptedException {
        waiting.refuseInside(runs.size() + " runs");
        long end = System.nanoTime() + Waiting.nanos(timeout);
        return waiting.untilAllEnded(ids(runs), all -> many.open(all, end), end).isEmpty();
    }

    private static List<RunId> ids(Collection<? extends Run<?>> runs) {
        return runs.stream().<RunId>map(Run::id).distinct().toList();
    }
}
