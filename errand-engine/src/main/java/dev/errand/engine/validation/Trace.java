package dev.errand.engine.validation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the first execution of a body has called, or that of a part of it which is called by itself: an iteration of a loop, or a branch. It
 * ends where the body waits, or when it gets too long. Thread-safe.
 */
final class Trace {
    private static final int MOST_CALLS = 10_000;
    private static final int MOST_BYTES = 16_000_000;

    private final String place;
    private final Thread thread = Thread.currentThread();
    private final List<Noted> calls = new ArrayList<>();
    private long bytes;
    private boolean full;
    private boolean loose;
    private boolean waits;
    private @Nullable String end;

    /** @param place for people; empty for the body as a whole */
    Trace(String place) {
        this.place = place;
    }

    String place() {
        return place;
    }

    /** How a part of this one is called. */
    String within(String part) {
        return place.isEmpty() ? part : part + ", " + place;
    }

    /**
     * Something is called.
     *
     * @param known whether the calling thread is known to belong here
     * @return null if it is not to be noted
     */
    synchronized @Nullable Noted note(Call call, boolean known) {
        full |= calls.size() >= MOST_CALLS || bytes > MOST_BYTES;
        if (waits || full) {
            return null;
        }
        loose |= !thread.equals(Thread.currentThread());
        Noted noted = new Noted(this, call, calls.size() + 1, !known);
        calls.add(noted);
        return noted;
    }

    synchronized void kept(int more) {
        bytes += more;
    }

    synchronized void waits() {
        waits = true;
    }

    /** Its code has ended in that way, unless it was unwound and has swallowed that. */
    synchronized void ends(String how) {
        end = waits ? null : how;
    }

    /** How its code has ended; null if it waits. */
    synchronized @Nullable String end() {
        return end;
    }

    synchronized boolean isWaiting() {
        return waits;
    }

    /** Whether more was called than was noted. */
    synchronized boolean isFull() {
        return full;
    }

    /** Whether several threads have called, in no order that means anything. */
    synchronized boolean isLoose() {
        return loose;
    }

    /** Names of steps that were called several times and that only their order tells apart, with how often. */
    synchronized Map<String, Integer> repeated() {
        Map<String, Integer> times = new LinkedHashMap<>();
        for (Noted noted : calls) {
            String name = noted.call().counted();
            if (name != null) {
                times.merge(name, 1, Integer::sum);
            }
        }
        times.values().removeIf(count -> count == 1);
        return times;
    }

    synchronized List<Noted> calls() {
        return List.copyOf(calls);
    }
}
