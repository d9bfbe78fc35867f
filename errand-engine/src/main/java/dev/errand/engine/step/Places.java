package dev.errand.engine.step;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * In which {@link Place} each thread of an attempt is: a branch's own, and those that a branch has started, where that branch is; all others where
 * the body is. Of threads that work for several of them, as those of a pool may, nobody knows for which; they are apart while branches are at
 * work.
 */
public final class Places {
    private final Place top = new Place();

    @SuppressWarnings("ThreadLocalUsage") // of one attempt; threads that inherit of it, and outlive it, hold nothing
    private final InheritableThreadLocal<@Nullable WeakReference<Place>> ofBranch = new InheritableThreadLocal<>();

    /** Where the calling thread is. */
    public Place here() {
        return branch().current();
    }

    /** The branch at work that the calling thread belongs to; the top if to none. */
    private Place branch() {
        WeakReference<Place> known = ofBranch.get();
        Place branch = known == null ? null : known.get();
        while (branch != null && branch.isOver()) {
            Place outer = branch.outer();
            branch = outer == null ? null : outer.branch();
        }
        return branch == null ? top : branch;
    }

    Place top() {
        return top;
    }

    /** The calling thread is a branch's, until it ends. */
    void begin(Place branch) {
        branch.begins(Thread.currentThread());
        ofBranch.set(new WeakReference<>(branch));
    }

    /** Whether the calling thread is one that a branch was called on. */
    boolean isBranch() {
        return branch().isOf(Thread.currentThread());
    }

    /** The calling thread goes there, into an iteration or out of it. */
    void go(Place there) {
        branch().go(there);
    }

    /** Branches of where the calling thread is begin their work, or have ended. */
    void parted(boolean from) {
        branch().parted(from ? Thread.currentThread() : null);
    }

    /** Whether branches of the body are at work. */
    boolean isParted() {
        return top.isParted();
    }

    /** Whether nobody knows which of the branches at work the calling thread works for, so that what it does cannot be told by its order. */
    public boolean isApart() {
        Place branch = branch();
        return branch.isParted() && !branch.isOf(Thread.currentThread());
    }

    /** Refuses what is told by its order where nobody knows of which. */
    void requireKnown(String what) {
        if (isApart()) {
            throw new IllegalStateException(
                    "%s: branches of the body are at work, and the calling thread belongs to none of them, so that the next attempt could not tell which it was for. Call it on the branch's own thread, or on one that the branch has started"
                            .formatted(what));
        }
    }
}
