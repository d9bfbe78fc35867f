package dev.errand.engine.events;

import dev.errand.StoreException;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies in the log for a listener that is behind. It is read page by page, on a thread of the engine's and never on the listener's: whenever
 * there is room in the inbox, or something was committed while there was nothing to read. A database that is away delays it and ends nothing.
 */
final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    private static final int PAGE = 500;

    private enum State {
        /** To be woken by a commit, or by room. */
        RESTING,
        READING,
        /** Woken while it read: there may be more. */
        WOKEN
    }

    private final Listener listener;
    private final Audience audience;
    private State state = State.RESTING;
    /** After what the inbox has taken. */
    private volatile EventCursor cursor = EventCursor.START;

    private volatile boolean behind;
    private volatile boolean wantsRoom;
    private volatile @Nullable StoreException trouble;

    Backlog(Listener listener, Audience audience) {
        this.listener = listener;
        this.audience = audience;
    }

    boolean isBehind() {
        return behind;
    }

    /** Why the log cannot be read now; null if it can, or nobody has tried. */
    @Nullable
    StoreException trouble() {
        return trouble;
    }

    /** Reads from there on; the {@link Audience} says so, and wakes it then. */
    void begin(EventCursor from) {
        cursor = from;
        behind = true;
    }

    /** Reads no more; the {@link Audience} says so. */
    void end() {
        behind = false;
    }

    /** The listener has handled an event. */
    void handled() {
        if (wantsRoom && listener.hasRoom()) {
            wantsRoom = false;
            wake();
        }
    }

    /** There may be something to read. */
    void wake() {
        synchronized (this) {
            if (state != State.RESTING) {
                state = State.WOKEN;
                return;
            }
            state = State.READING;
        }
        audience.read(this::run);
    }

    private void run() {
        try {
            do {
                read();
            } while (isWokenAgain());
        } catch (Throwable e) { // whatever it is, the listener is to hear of what follows
            failed(e);
        }
    }

    private synchronized boolean isWokenAgain() {
        boolean again = state == State.WOKEN;
        state = again ? State.READING : State.RESTING;
        return again;
    }

    private void failed(Throwable e) {
        if (audience.isClosed() || listener.isClosed()) {
            return;
        }
        if (trouble == null) {
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .setCause(e instanceof StoreException ? null : e)
                    .log("Events could not be read for a listener that is behind, trying again");
        }
        trouble = e instanceof StoreException known ? known : new StoreException(String.valueOf(e.getMessage()), e);
        audience.readInAMoment(this::run);
    }

    private void read() {
        while (behind && !listener.isClosed() && !audience.isClosed() && hasRoom()) {
            EventPage page = audience.store().events(cursor, PAGE);
            audience.seen(listener, page.events());
            audience.tags().read(page.events());
            listener.take(new Sorted(page.events()));
            cursor = page.next();
            trouble = null;
            boolean there = !page.more() && audience.catchesUp(this, cursor);
            if (!there && page.events().isEmpty()) {
                return;
            }
        }
    }

    /** Asked again after it has said that it wants some, which the listener may just have made. */
    private boolean hasRoom() {
        wantsRoom = !listener.hasRoom();
        if (wantsRoom && listener.hasRoom()) {
            wantsRoom = false;
        }
        return !wantsRoom;
    }
}
