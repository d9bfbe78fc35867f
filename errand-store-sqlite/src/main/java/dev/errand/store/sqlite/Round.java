package dev.errand.store.sqlite;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Whose turn it is among the keys of a queue, or of a place outside of queues, as {@link dev.errand.store.limits.Lines} numbers them: 0, for
 * none, and the others, in the order of their numbers, around and around. Once all of them were refused for their own sake, it rests, and only
 * those are looked at of which something changes.
 */
final class Round {
    /** Before all keys. */
    static final long START = -1;

    /** A key, and when a rate lets its next run start. */
    private record Later(long at, long key) {}

    private long last = START;
    private boolean inVain;
    private boolean resting;
    /** Of a search in vain: after which key it began, whether it has come to the first since, and whether any was refused. */
    private long begun;

    private boolean wrapped;
    private boolean refused;

    /** Keys that may be let through that were refused, or are new, since the search in vain began. */
    private final Set<Long> changed = new LinkedHashSet<>();

    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparingLong(Later::at));

    /** Whose turn it was last. */
    long last() {
        return last;
    }

    void last(long key) {
        last = key;
    }

    /** After which key the search began that goes on. */
    long begun() {
        return inVain ? begun : last;
    }

    boolean isWrapped() {
        return inVain && wrapped;
    }

    /** Whether any key was refused by the search so far. */
    boolean isRefused() {
        return inVain && refused;
    }

    /** Nothing was found yet, and not all keys were looked at. */
    void inVain(long begunAfter, boolean cameToFirst, boolean anyRefused) {
        inVain = true;
        begun = begunAfter;
        wrapped = cameToFirst;
        refused = anyRefused;
    }

    /** All keys were refused. */
    void rest() {
        inVain = true;
        resting = true;
    }

    boolean isResting() {
        return resting;
    }

    /** Whether a look can find nothing. */
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

    /** The key may be let through, as far as this change goes. */
    void change(long key) {
        if (inVain) {
            changed.add(key);
        }
    }

    List<Long> changed() {
        return List.copyOf(changed);
    }

    /** The key was looked at. */
    void settled(long key) {
        changed.remove(key);
    }

    /**
     * The key was refused.
     *
     * @param opens when a rate lets it through, in microseconds; the greatest number if it waits for something else
     */
    void refused(long key, long opens) {
        if (opens != Long.MAX_VALUE) {
            later.add(new Later(opens, key));
        }
    }

    /** When to look at a key, in microseconds; the greatest number if there is none. */
    long lookAt() {
        return later.isEmpty() || !resting ? Long.MAX_VALUE : later.element().at();
    }

    void wake(long now) {
        while (!later.isEmpty() && later.element().at() <= now) {
            changed.add(later.remove().key());
        }
    }
}
