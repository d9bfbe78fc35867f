package dev.errand.engine.events;

import dev.errand.EventFilter;
import dev.errand.EventPart;
import dev.errand.EventReader;
import dev.errand.LoggedEvent;
import dev.errand.store.EventCursor;
import dev.errand.store.PlacedEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One who follows the log. First he reads it for himself, page by page. At its end he joins the {@link LiveEvents}, which hand him from there on what
 * passes; then he reads up to the place where they were when he joined, and passes over what they hand him that he has read. Once he has no room for
 * what they bring he is left out, hands on what he was brought, and reads for himself again.
 *
 * <p>Places of different streams have no order, so that he may be ahead of them in one and behind in another: an event was read if his own
 * cursor covers its own place. As soon as theirs covers his he is where they are, and their cursors are his.
 */
final class Follower implements EventReader {
    private static final int PAGE = 500;
    /** Some hundred events, fewer if they carry much data. */
    private static final int ROOM = 512;

    private static final int CHARS_OF_ONE = 128;

    private final EventFilter filter;
    private final LogPages pages;
    private final LiveEvents live;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    /** Under the lock, as are the five that follow. */
    private final ArrayDeque<PlacedEvent> inbox = new ArrayDeque<>();

    private int weight;
    /** How far that goes which was brought, also if none of it passed. */
    private EventCursor brought = EventCursor.START;

    private boolean joined;
    private boolean closed;

    /** After what was handed on. */
    private EventCursor cursor;
    /** Whether he reads for himself. */
    private boolean behind = true;
    /** While he reads for himself: how far he has to, since he is brought what follows; null before he has joined. */
    private @Nullable EventCursor target;
    /** Whether nothing that is brought can have been read. */
    private boolean level;

    Follower(EventFilter filter, EventCursor cursor, LogPages pages, LiveEvents live) {
        this.filter = filter;
        this.cursor = cursor;
        this.pages = pages;
        this.live = live;
    }

    // ── what the live events say

    EventFilter filter() {
        return filter;
    }

    void joined(EventCursor from) {
        lock.lock();
        try {
            joined = true;
            brought = from;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what passes, if there is room.
     *
     * @param next how far that goes
     */
    boolean takes(List<PlacedEvent> events, EventCursor next) {
        int heavier = events.stream().mapToInt(Follower::weight).sum();
        lock.lock();
        try {
            if (!inbox.isEmpty() && weight + heavier > ROOM) {
                return false;
            }
            inbox.addAll(events);
            weight += heavier;
            brought = next;
            if (!events.isEmpty()) {
                news.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leftOut() {
        lock.lock();
        try {
            joined = false;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static int weight(PlacedEvent placed) {
        var data = placed.event().data();
        return data == null ? 1 : 1 + data.text().length() / CHARS_OF_ONE;
    }

    // ── what is asked

    @Override
    public EventPart next(Duration wait) throws InterruptedException {
        long end = System.nanoTime() + nanos(wait);
        EventPart part = null;
        while (part == null) {
            part = behind ? read(end) : take(end);
        }
        return part;
    }

    private static long nanos(Duration wait) {
        return wait.compareTo(Duration.ofDays(1_000)) > 0 ? TimeUnit.DAYS.toNanos(1_000) : wait.toNanos();
    }

    /** Null if there was nothing to tell. */
    private @Nullable EventPart read(long end) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while events were read");
        }
        if (isClosed()) {
            return nothing();
        }
        LogPages.Read read = pages.read(cursor, PAGE);
        List<LoggedEvent> events = pages.passing(filter, read).stream()
                .map(placed -> new LoggedEvent(placed.event(), LogPages.text(placed.after())))
                .toList();
        boolean more = read.page().more();
        cursor = read.page().next();
        long missed = read.lost().events();
        if (missed > 0 || !events.isEmpty()) {
            EventPart part = new EventPart(missed, events, LogPages.text(cursor), true);
            arrive(more);
            return part;
        }
        arrive(more);
        return behind && System.nanoTime() - end > 0 ? nothing() : null;
    }

    private void arrive(boolean more) {
        EventCursor known = target;
        if (known == null && !more) {
            known = live.join(this);
            target = known;
            if (!cursor.covers(known)) {
                return; // that was committed since he has read
            }
        }
        if (known != null && (!more || cursor.covers(known))) {
            level = known.covers(cursor);
            cursor = cursor.with(known);
            behind = false;
            target = null;
        }
    }

    private @Nullable EventPart take(long end) throws InterruptedException {
        List<PlacedEvent> taken = new ArrayList<>();
        EventCursor upTo = null;
        boolean stays;
        lock.lockInterruptibly();
        try {
            await(end);
            while (taken.size() < PAGE && !inbox.isEmpty()) {
                PlacedEvent next = inbox.remove();
                weight -= weight(next);
                taken.add(next);
            }
            if (inbox.isEmpty()) {
                upTo = brought;
            }
            stays = joined || !inbox.isEmpty();
        } finally {
            lock.unlock();
        }
        List<LoggedEvent> events = handedOn(taken);
        if (upTo != null) {
            level |= upTo.covers(cursor);
            cursor = level ? upTo : cursor.with(upTo);
        }
        behind = !stays;
        boolean over = System.nanoTime() - end >= 0 || isClosed();
        return events.isEmpty()
                ? over ? nothing() : null
                : new EventPart(0, events, LogPages.text(cursor), upTo == null || behind);
    }

    private void await(long end) throws InterruptedException {
        long left = end - System.nanoTime();
        while (inbox.isEmpty() && joined && !closed && left > 0) {
            left = news.awaitNanos(left);
        }
    }

    private List<LoggedEvent> handedOn(List<PlacedEvent> taken) {
        List<LoggedEvent> events = new ArrayList<>();
        for (PlacedEvent next : taken) {
            if (level || !cursor.covers(next.own())) {
                cursor = level ? next.after() : cursor.with(next.own());
                events.add(new LoggedEvent(next.event(), LogPages.text(cursor)));
            }
            level |= next.after().covers(cursor);
        }
        return events;
    }

    private EventPart nothing() {
        return new EventPart(0, List.of(), LogPages.text(cursor), behind);
    }

    @Override
    public boolean isClosed() {
        lock.lock();
        try {
            return closed || live.isClosed();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            joined = false;
            inbox.clear();
            news.signalAll();
        } finally {
            lock.unlock();
        }
        live.leave(this);
    }
}
