package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the event log as it grows, on a platform thread, and tells whoever listens. All events come this way, those of this
 * process too: a listener hears of a commit after it was made, in the order of the log, and can read what it tells of. While
 * nobody listens nothing is read.
 */
public final class EventFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final int PAGE = 1_000;
    private static final long PAUSE_AFTER_ERROR = TimeUnit.MILLISECONDS.toNanos(250);
    /** So much more is read than need be, should a clock have been set back a little. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final Store store;
    private final Clock clock;
    private final Audience audience;
    private final Map<Listener, CompletableFuture<Optional<Event>>> awaited = new ConcurrentHashMap<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-events").unstarted(this::run);

    private volatile @Nullable StoreException trouble;
    private volatile boolean committed;
    private volatile boolean closed;

    /**
     * Of an engine.
     *
     * @param purge deletes a run that has ended
     */
    public EventFeed(Store store, Clock clock, Consumer<RunId> purge) {
        this.store = store;
        this.clock = clock;
        this.audience = new Audience(store, this::committed, purge);
        thread.start();
    }

    /** Something was committed; any thread, returns at once. */
    public void committed() {
        if (!committed) {
            committed = true;
            LockSupport.unpark(thread);
        }
    }

    /** Calls the handler for events that follow, in order, one at a time. */
    public Subscription listen(EventFilter filter, EventListener handler, ListenerOptions options) {
        Listener listener = new Listener(filter, handler, options, audience, clock);
        audience.join(listener);
        return listener;
    }

    /** Those that {@link #listen} has made. */
    public List<ListenerInfo> listeners() {
        return audience.infos();
    }

    /**
     * The first event in the log that passes, or else the next one.
     *
     * @return empty if the time passed first
     * @throws StoreException if it did while the log could not be read
     */
    public Optional<Event> first(EventFilter filter, long nanos) throws InterruptedException {
        CompletableFuture<Optional<Event>> first = new CompletableFuture<>();
        ListenerOptions once = ListenerOptions.none().maxTriggers(1).executor(Runnable::run);
        Listener listener = new Listener(filter, event -> first.complete(Optional.of(event)), once, audience, clock);
        awaited.put(listener, first);
        try (listener) {
            audience.joinFrom(beginning(filter), listener);
            return closed ? Optional.empty() : first.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            StoreException unread =
                    listener.backlog().isBehind() ? listener.backlog().trouble() : trouble;
            if (unread != null) {
                throw new StoreException(String.valueOf(unread.getMessage()), unread);
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // nobody completes it so
        } finally {
            awaited.remove(listener);
        }
    }

    /** Of a run nothing can be in the log from before it was triggered. */
    private EventCursor beginning(EventFilter filter) {
        RunId run = filter.run();
        if (run == null) {
            return EventCursor.START;
        }
        try {
            return store.find(run)
                    .map(info -> store.cursorAt(info.createdAt().minus(MARGIN)))
                    .orElse(EventCursor.START);
        } catch (StoreException e) { // it is away; whoever reads tries again
            return EventCursor.START;
        }
    }

    /** The threads that handlers of a run's end are called on unless somebody wants another. */
    public Executor handlers() {
        return audience.afterEnds();
    }

    /**
     * Calls once when the run has ended after this call; ask for its state afterwards, it may have ended before.
     *
     * @param ended called on the feed's thread: return at once
     */
    public Subscription onEnd(RunId run, Runnable ended) {
        Waiters.Waiter waiter = audience.waiters().new Waiter(run, ended);
        audience.join(waiter);
        return waiter;
    }

    /** Whether events are told of. */
    public boolean isOpen() {
        return !closed;
    }

    private void run() {
        while (!closed) {
            if (!committed) {
                LockSupport.park(this);
            }
            committed = false;
            try {
                catchUp();
                trouble = null;
            } catch (Throwable e) { // whatever it is, those who listen are to hear of what follows
                if (!closed) {
                    failed(e);
                }
            }
        }
    }

    private void failed(Throwable e) {
        LOG.atWarn()
                .addKeyValue("reason", String.valueOf(e.getMessage()))
                .setCause(e instanceof StoreException ? null : e)
                .log("Events could not be read, trying again");
        trouble = e instanceof StoreException known ? known : new StoreException(String.valueOf(e.getMessage()), e);
        committed = true;
        LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
    }

    private void catchUp() {
        while (!closed) {
            audience.wakeThoseBehind();
            EventCursor after = audience.position();
            if (after == null) {
                return;
            }
            EventPage page = store.eventsAhead(after, PAGE);
            if (!page.events().isEmpty()) {
                tell(page, after);
            }
            if (!page.more()) {
                return; // of what follows this is told
            }
        }
    }

    private void tell(EventPage page, EventCursor before) {
        audience.cleanups().seen(page.events());
        List<Listener> concerned = audience.advance(page.next());
        page.events().stream()
                .filter(Event::isEnd)
                .forEach(end -> audience.waiters().ended(end.run()));
        audience.tags().read(page.events());
        Sorted sorted = new Sorted(page.events());
        for (Listener listener : concerned) {
            if (!takes(listener, sorted)) {
                audience.fallsBehind(listener, before);
            }
        }
    }

    private static boolean takes(Listener listener, Sorted events) {
        try {
            return listener.takes(events);
        } catch (Throwable e) { // the store is away, or there is no memory left: from where it is behind it tries again
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread().threadId()
                != thread.threadId()) { // or a listener closes the engine that it is called by
            awaitEnd();
        }
        audience.close();
        awaited.values().forEach(first -> first.complete(Optional.empty()));
    }

    private void awaitEnd() {
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
