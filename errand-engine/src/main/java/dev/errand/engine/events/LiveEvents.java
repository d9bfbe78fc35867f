package dev.errand.engine.events;

import dev.errand.EventFilter;
import dev.errand.StoreException;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.PlacedEvent;
import dev.errand.store.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is committed once for all who follow the log and keep up, on a platform thread that there is from the first of them on. Each is handed what passes
 * his filter. Whoever has no room for it is left out from there on, and comes again when he has read for himself; nobody waits for him.
 *
 * <p>Where it is and who is there change together: who joins is told the place after which he is handed everything.
 */
final class LiveEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveEvents.class);
    private static final int PAGE = 500;
    private static final long PAUSE_AFTER_ERROR = TimeUnit.MILLISECONDS.toNanos(250);

    private final Store store;
    private final Tags tags;
    private final LogPages pages;
    private final Set<Follower> followers = new HashSet<>();
    private EventCursor position = EventCursor.START;
    private volatile @Nullable Thread thread;
    private volatile boolean noticed;
    private volatile boolean closed;
    private boolean troubled;

    LiveEvents(Store store, Tags tags) {
        this.store = store;
        this.tags = tags;
        this.pages = new LogPages(store, tags);
    }

    /** What was read for all, and is looked at for each. */
    private static final class Page {
        private final LogPages.Read read;
        private final Sorted sorted;
        private @Nullable List<PlacedEvent> placed;

        Page(LogPages.Read read) {
            this.read = read;
            this.sorted = new Sorted(read.page().events());
        }

        List<PlacedEvent> passing(EventFilter filter, Tags tags) {
            var passing = tags.passing(filter, sorted);
            if (passing.isEmpty()) {
                return List.of();
            }
            List<PlacedEvent> all = placed == null ? read.placed() : placed;
            placed = all;
            return LogPages.those(passing, all);
        }

        EventCursor next() {
            return read.page().next();
        }
    }

    /** Something was committed; any thread, returns at once. */
    void committed() {
        if (!noticed) {
            noticed = true;
            LockSupport.unpark(thread);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** From now on it is handed what follows the place that is answered. */
    EventCursor join(Follower follower) {
        EventCursor from;
        synchronized (this) {
            if (followers.isEmpty()) {
                position = store.lastEvent();
            }
            from = position;
            followers.add(follower);
            follower.joined(from);
            start();
        }
        committed(); // something may have been, for which nobody looked
        return from;
    }

    synchronized void leave(Follower follower) {
        followers.remove(follower);
    }

    private void start() {
        if (thread == null && !closed) {
            Thread started =
                    Thread.ofPlatform().daemon().name("errand-follow").unstarted(this::run);
            thread = started;
            started.start();
        }
    }

    private void run() {
        while (!closed) {
            if (!noticed) {
                LockSupport.park(this);
            }
            noticed = false;
            try {
                catchUp();
                troubled = false;
            } catch (Throwable e) { // whatever it is, those who follow are to hear of what follows
                if (!closed) {
                    failed(e);
                }
            }
        }
    }

    private void failed(Throwable e) {
        if (!troubled) {
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .setCause(e instanceof StoreException ? null : e)
                    .log("Events could not be read for those who follow the log, trying again");
        }
        troubled = true;
        noticed = true;
        LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
    }

    private void catchUp() {
        EventCursor from = place();
        while (from != null && !closed) {
            LogPages.Read read = pages.read(from, PAGE);
            EventPage page = read.page();
            if (read.lost().events() > 0) {
                advance(page.next()).forEach(this::leaveOut); // they find out how much they have missed
            } else if (!page.events().isEmpty()) {
                tell(new Page(read));
            }
            from = page.more() ? place() : null; // else of what follows is told
        }
    }

    /** Null if there is nobody to read for. */
    private synchronized @Nullable EventCursor place() {
        return followers.isEmpty() ? null : position;
    }

    private synchronized List<Follower> advance(EventCursor next) {
        position = next;
        return List.copyOf(followers);
    }

    private void tell(Page page) {
        tags.read(page.read.page().events());
        for (Follower follower : advance(page.next())) {
            if (!takes(follower, page)) {
                leaveOut(follower);
            }
        }
    }

    private boolean takes(Follower follower, Page page) {
        try {
            return follower.takes(page.passing(follower.filter(), tags), page.next());
        } catch (Throwable e) { // the store is away, or there is no memory left; whoever reads for himself tries again
            return false;
        }
    }

    private void leaveOut(Follower follower) {
        leave(follower);
        follower.leftOut();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        advance(EventCursor.START).forEach(Follower::close);
    }
}
