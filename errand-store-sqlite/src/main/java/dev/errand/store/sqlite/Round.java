package dev.errand.store.sqlite;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Whose turn it is among the lines of a place: the one without a key and those with keys, in the order of their numbers, around and around.
 * Once all of them were refused for the sake of their keys, it rests, and only those are looked at of which something changes.
 */
final class Round {
    /** A line, and when a rate lets its next run start. */
    private record Later(long at, long line) {}

    private long last;
    private boolean inVain;
    private boolean resting;
    /** Of a search in vain: after which line it began, whether it has come to the first line since, and whether any was refused. */
    private long begun;

    private boolean wrapped;
    private boolean refused;

    /** Lines that may be let through that were refused, or are new, since the search in vain began. */
    private final Set<Long> changed = new LinkedHashSet<>();

    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparingLong(Later::at));

    /** The line whose turn it was last; 0 for none. */
    long last() {
        return last;
    }

    void last(long line) {
        last = line;
    }

    /** After which line the search began that goes on. */
    long begun() {
        return inVain ? begun : last;
    }

    boolean isWrapped() {
        return inVain && wrapped;
    }

    /** Whether any line was refused by the search so far. */
    boolean isRefused() {
        return inVain && refused;
    }

    /** Nothing was found yet, and not all lines were looked at. */
    void inVain(long begunAfter, boolean cameToFirst, boolean anyRefused) {
        inVain = true;
        begun = begunAfter;
        wrapped = cameToFirst;
        refused = anyRefused;
    }

    /** All lines were refused. */
    void rest() {
        inVain = true;
        resting = true;
    }

    boolean isResting() {
        return resting;
    }

    /** Whether a look at the place can find nothing. */
    boolean isIdle() {
        return resting && changed.isEmpty();
    }

    /** The next search is one of its own. */
    void begin() {
        inVain = false;
        resting = false;
        changed.clear();
        later.clear();
    }

    /** The line may be let through, as far as this change goes. */
    void change(long line) {
        if (inVain) {
            changed.add(line);
        }
    }

    List<Long> changed() {
        return List.copyOf(changed);
    }

    /** The line was looked at. */
    void settled(long line) {
        changed.remove(line);
    }

    /**
     * The line was refused.
     *
     * @param opens when a rate lets it through, in microseconds; the greatest number if it waits for something else
     */
    void refused(long line, long opens) {
        if (opens != Long.MAX_VALUE) {
            later.add(new Later(opens, line));
        }
    }

    /** When to look at a line, in microseconds; the greatest number if there is none. */
    long lookAt() {
        return later.isEmpty() || !resting ? Long.MAX_VALUE : later.element().at();
    }

    void wake(long now) {
        while (!later.isEmpty() && later.element().at() <= now) {
            changed.add(later.remove().line());
        }
    }
}
