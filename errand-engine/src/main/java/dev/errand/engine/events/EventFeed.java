package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.Store;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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

    private final Store store;
    private final Waiters waiters = new Waiters();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService handlers = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("errand-handler-", 1).factory());
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-events").unstarted(this::run);
    private final Object positionLock = new Object();
    /** After what was told; null while nobody listens. */
    private @Nullable EventCursor position;

    private volatile boolean committed;
    private volatile boolean closed;

    public EventFeed(Store store) {
        this.store = store;
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
    public Subscription listen(EventFilter filter, Consumer<Event> handler, Executor executor) {
        Listener listener = new Listener(filter, handler, executor, listeners::remove);
        begin(() -> listeners.add(listener));
        return listener;
    }

    /** As {@link #listen(EventFilter, Consumer, Executor)}, on threads of the engine's. */
    public Subscription listen(EventFilter filter, Consumer<Event> handler) {
        return listen(filter, handler, handlers);
    }

    /** The threads handlers run on unless somebody wants another. */
    public Executor handlers() {
        return handlers;
    }

    /**
     * Calls once when the run has ended after this call; ask for its state afterwards, it may have ended before.
     *
     * @param ended called on the feed's thread: return at once
     */
    public Subscription onEnd(RunId run, Runnable ended) {
        Waiters.Waiter waiter = waiters.new Waiter(run, ended);
        begin(() -> waiters.add(waiter));
        return waiter;
    }

    /** Whether events are told of. */
    public boolean isOpen() {
        return !closed;
    }

    private void begin(Runnable add) {
        synchronized (positionLock) {
            if (position == null) {
                position = store.lastEvent();
            }
            add.run();
        }
    }

    private void run() {
        while (!closed) {
            if (!committed) {
                LockSupport.park(this);
            }
            committed = false;
            try {
                catchUp();
            } catch (Throwable e) { // whatever it is, those who listen are to hear of what follows
                if (!closed) {
                    LOG.atWarn()
                            .addKeyValue("reason", String.valueOf(e.getMessage()))
                            .setCause(e instanceof StoreException ? null : e)
                            .log("Events could not be read, trying again");
                    committed = true;
                    LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
                }
            }
        }
    }

    private void catchUp() {
        while (!closed) {
            EventCursor after = from();
            if (after == null) {
                return;
            }
            EventPage page = store.events(after, PAGE);
            if (page.events().isEmpty()) {
                return;
            }
            page.events().forEach(this::tell);
            synchronized (positionLock) {
                position = page.next();
            }
        }
    }

    /** Where to read on; null if nobody listens any more. */
    private @Nullable EventCursor from() {
        synchronized (positionLock) {
            if (listeners.isEmpty() && waiters.isEmpty()) {
                position = null;
            }
            return position;
        }
    }

    private void tell(Event event) {
        if (event.isEnd()) {
            waiters.ended(event.run());
        }
        for (Listener listener : listeners) {
            listener.offer(event);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiters.wakeAll();
        handlers.shutdown();
    }
}
