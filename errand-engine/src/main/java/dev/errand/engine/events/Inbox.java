package dev.errand.engine.events;

import dev.errand.Event;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that a listener has not handled yet, oldest first, and whether somebody is at work on them. It takes some thousands, fewer if they
 * carry much data; only what shared a commit is never torn apart. Thread-safe.
 */
final class Inbox {
    static final long ROOM = 4_096;
    private static final int CHARS_OF_ONE = 1_024;

    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private long weight;
    private boolean busy;

    /**
     * Takes these, unless there are others already and it would become too much.
     *
     * @return whether it took them
     */
    synchronized boolean takesAll(List<Event> more) {
        long heavier = more.stream().mapToLong(Inbox::weight).sum();
        if (!events.isEmpty() && weight + heavier > ROOM) {
            return false;
        }
        add(more);
        return true;
    }

    /** Takes these, however much there is. */
    synchronized void add(List<Event> more) {
        events.addAll(more);
        weight += more.stream().mapToLong(Inbox::weight).sum();
    }

    /** Whether somebody is to be sent to work on them: there are some, and nobody is. Whoever asks, sends. */
    synchronized boolean wantsWork() {
        if (busy || events.isEmpty()) {
            return false;
        }
        busy = true;
        return true;
    }

    /**
     * The next one to handle; null if there is none, with which the work is over.
     *
     * @param over called before anybody else can be sent to work
     */
    synchronized @Nullable Event next(Runnable over) {
        Event event = events.poll();
        if (event == null) {
            over.run();
        }
        busy = event != null;
        weight -= event == null ? 0 : weight(event);
        return event;
    }

    /** The work is over, though there may be more. */
    synchronized void rest() {
        busy = false;
    }

    /** Whether there is room for at least half of what it may hold. */
    synchronized boolean hasRoom() {
        return weight <= ROOM / 2;
    }

    synchronized int size() {
        return events.size();
    }

    synchronized void clear() {
        events.clear();
        weight = 0;
    }

    private static long weight(Event event) {
        return event.data() == null ? 1 : 1 + event.data().text().length() / CHARS_OF_ONE;
    }
}
