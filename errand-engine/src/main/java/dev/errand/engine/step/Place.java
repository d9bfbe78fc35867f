package dev.errand.engine.step;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where in a body something is called: at its top, in an iteration of its loop, or in a branch. Things of one name are told apart by their order
 * in one place, so that it matters neither what other branches do meanwhile, nor that iterations which have finished are not called
 * again. Made anew whenever its code is called from its beginning. Any thread.
 */
public final class Place {
    private enum Sort {
        TOP,
        ITERATION,
        BRANCH
    }

    private final @Nullable Place outer;
    private final Sort sort;
    private final String path;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final Map<String, Occurrences> occurrences = new ConcurrentHashMap<>();
    private final Map<String, Lock> keys = new ConcurrentHashMap<>();
    private final Map<Object, Object> attached = new ConcurrentHashMap<>();
    private volatile @Nullable Thread thread;
    private volatile @Nullable Suspension suspension;
    private volatile Place current = this;
    private volatile @Nullable Thread awaits;
    private volatile boolean over;

    /** The top of a body. */
    Place() {
        this(null, Sort.TOP, Paths.TOP);
    }

    private Place(@Nullable Place outer, Sort sort, String path) {
        this.outer = outer;
        this.sort = sort;
        this.path = path;
    }

    Place iteration(String loop, int number) {
        return new Place(this, Sort.ITERATION, Paths.iteration(path, loop, number));
    }

    Place branch(String fork, int occurrence, String branch) {
        return new Place(this, Sort.BRANCH, Paths.branch(path, fork, occurrence, branch));
    }

    /** As it is written. */
    public String path() {
        return path;
    }

    /** What this is in; null for the top. */
    public @Nullable Place outer() {
        return outer;
    }

    boolean isTop() {
        return sort == Sort.TOP;
    }

    /** The iteration that this is in, or is; the top if it is in none. */
    Place iteration() {
        return nearest(Sort.ITERATION);
    }

    /** The branch that this is in, or is; the top if it is in none. */
    public Place branch() {
        return nearest(Sort.BRANCH);
    }

    private Place nearest(Sort wanted) {
        Place place = this;
        while (place.outer != null && place.sort != wanted) {
            place = place.outer;
        }
        return place;
    }

    // ── what is told apart here

    /** The how many-th of these it is, from 1. */
    int next(String these) {
        return counts.merge(these, 1, Integer::sum);
    }

    /** The latest of these was not answered, and may be asked for again. */
    void takeBack(String these) {
        counts.merge(these, -1, Integer::sum);
    }

    /** The numbers of these, of which some may be refused. */
    Occurrences occurrences(String these) {
        return occurrences.computeIfAbsent(these, unseen -> new Occurrences());
    }

    /** As it is stored. */
    String key(StepKey key) {
        return Paths.key(path, key.stored());
    }

    /** Of several threads with one key, one calls the code. */
    Lock lock(String key) {
        return keys.computeIfAbsent(key, unseen -> new ReentrantLock());
    }

    /** What somebody has put here for himself. */
    @SuppressWarnings("unchecked") // he has put it there
    public <T> T of(Object whom, Supplier<T> first) {
        return (T) attached.computeIfAbsent(whom, unseen -> first.get());
    }

    /** The same; null if there is nothing. */
    public @Nullable Object of(Object whom) {
        return attached.get(whom);
    }

    // ── of a branch, and of the top

    /** Its code is called on this thread. */
    void begins(Thread by) {
        thread = by;
    }

    boolean isOf(Thread one) {
        return one.equals(thread);
    }

    /** Its code has ended, or was unwound; threads that it has started are none of its any more. */
    void ends() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Where in it its code is: here, or in an iteration. */
    Place current() {
        return current;
    }

    void go(Place there) {
        current = there;
    }

    /** Branches of it are at work from now on, for which this thread waits; null once they have ended. */
    void parted(@Nullable Thread by) {
        awaits = by;
    }

    boolean isParted() {
        return awaits != null;
    }

    /** Whether a thread waits for the branch that this is in, or for one around it. */
    public boolean isAwaitedBy(Thread one) {
        for (Place place = outer; place != null; place = place.outer) {
            if (one.equals(place.awaits)) {
                return true;
            }
        }
        return false;
    }

    /** What unwinds it, so that it may wait; null while nothing does. */
    @Nullable
    Suspension suspension() {
        return suspension;
    }

    void suspend(@Nullable Suspension by) {
        suspension = by;
    }
}
