package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.ListenerInfo;
import dev.errand.RunId;
import dev.errand.store.EventCursor;
import dev.errand.store.Store;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who listens, and how far the log was read for those who keep pace. Where the {@link EventFeed} stands and who is told from there on
 * change together, so that whoever comes, falls behind or catches up misses nothing and hears nothing twice: a listener catches up when it has
 * read to the very place where the feed is.
 */
final class Audience implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Audience.class);
    private static final long A_MOMENT_MILLIS = 250;

    private final Store store;
    private final Runnable look;
    private final Waiters waiters = new Waiters();
    private final Tags tags;
    private final Cleanups cleanups;
    private final AtomicLong numbers = new AtomicLong();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Listener> unlisted = new CopyOnWriteArrayList<>();
    /** No virtual threads, to which bodies that compute for long leave no room; there are as many as listeners at most. */
    private final Threads threads =
            new Threads(Thread.ofPlatform().daemon().name("errand-handler-", 1).factory());
    /** Any number of runs may be awaited, and end together. */
    private final ExecutorService afterEnds = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("errand-finish-", 1).factory());

    private final Line line = new Line(threads);
    private final Threads readers =
            new Threads(Thread.ofPlatform().daemon().name("errand-backlog-", 1).factory());
    private final Object place = new Object();
    /** After what was told; null while nobody is told anything. */
    private @Nullable EventCursor position;

    private volatile boolean closed;

    /**
     * Of an engine.
     *
     * @param look has the feed look for events
     * @param purge deletes a run that has ended
     */
    Audience(Store store, Runnable look, Consumer<RunId> purge) {
        this.store = store;
        this.look = look;
        this.tags = new Tags(store);
        this.cleanups = new Cleanups(() -> listeners, run -> read(() -> purge.accept(run)));
    }

    Store store() {
        return store;
    }

    Tags tags() {
        return tags;
    }

    Cleanups cleanups() {
        return cleanups;
    }

    /** A listener that is behind has read these. Who reads the whole log to find one event tells nothing of what is to be purged. */
    void seen(Listener by, List<Event> events) {
        if (listeners.contains(by)) {
            cleanups.seen(events);
        }
    }

    /** Where listeners are called who want no other. */
    Executor threads() {
        return threads;
    }

    /** The same for who waits for the end of a run. */
    Executor afterEnds() {
        return afterEnds;
    }

    /** Where they are called one after the other. */
    Line line() {
        return line;
    }

    /** Asks the store on a thread of the engine's: a platform thread, to which SQLite's library would pin a virtual one anyway. */
    void read(Runnable reading) {
        if (!closed) {
            try {
                readers.execute(reading);
            } catch (RejectedExecutionException e) {
                LOG.atDebug().log("The engine closes; nothing is read for its listeners any more");
            }
        }
    }

    void readInAMoment(Runnable reading) {
        CompletableFuture.delayedExecutor(A_MOMENT_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> read(reading));
    }

    long number() {
        return numbers.incrementAndGet();
    }

    List<ListenerInfo> infos() {
        return listeners.stream().map(Listener::info).toList();
    }

    // ── coming and going

    /** Is told from now on. */
    void join(Listener listener) {
        begin(() -> listeners.add(listener));
    }

    void join(Waiters.Waiter waiter) {
        begin(() -> waiters.add(waiter));
    }

    Waiters waiters() {
        return waiters;
    }

    /** Is told all that is in the log from there on, then what follows; nobody sees it listen. */
    void joinFrom(EventCursor beginning, Listener listener) {
        listener.backlog().begin(beginning);
        unlisted.add(listener);
        listener.backlog().wake();
    }

    void leave(Listener listener) {
        listeners.remove(listener);
        unlisted.remove(listener);
        cleanups.gone(listener);
    }

    private void begin(Runnable add) {
        synchronized (place) {
            if (position == null) {
                position = store.lastEvent();
            }
            add.run();
        }
    }

    // ── the place

    /** Where to read on; null if there is nobody to read for. */
    @Nullable
    EventCursor position() {
        synchronized (place) {
            if (waiters.isEmpty() && inPace().isEmpty()) {
                position = null;
            }
            return position;
        }
    }

    /** What comes before a place was read; answers with whom it concerns. */
    List<Listener> advance(EventCursor next) {
        synchronized (place) {
            position = next;
            return inPace();
        }
    }

    private List<Listener> inPace() {
        return everybody(listener -> !listener.backlog().isBehind());
    }

    private List<Listener> everybody(Predicate<Listener> which) {
        return Stream.concat(listeners.stream(), unlisted.stream())
                .filter(which)
                .toList();
    }

    void fallsBehind(Listener listener, EventCursor before) {
        synchronized (place) {
            listener.backlog().begin(before);
        }
        listener.backlog().wake();
    }

    /** Somebody has read so far; answers whether he is told of what follows, since all others are there, too. */
    boolean catchesUp(Backlog backlog, EventCursor at) {
        synchronized (place) {
            if (position != null && !position.equals(at)) {
                return false;
            }
            position = at;
            backlog.end();
        }
        look.run(); // for what was committed since he looked
        return true;
    }

    /** There may be something to read for those who are behind. */
    void wakeThoseBehind() {
        for (Listener listener : everybody(one -> one.backlog().isBehind())) {
            listener.backlog().wake();
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        waiters.wakeAll();
        everybody(listener -> true).forEach(Listener::close);
        threads.close();
        afterEnds.shutdown();
        readers.close();
    }
}
