package dev.errand.layout;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Runs that lanes are to drain, and what they have seen of them. Any thread. */
final class Work {
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(3);

    private final int from;
    private final AtomicIntegerArray claimed;
    private final AtomicInteger left;
    private final AtomicInteger collisions = new AtomicInteger();
    private final long deadline = System.nanoTime() + PATIENCE;
    private volatile boolean broken;
    private final Map<String, Long> holders = new ConcurrentHashMap<>();

    /** So many runs, with numbers from this one on. */
    Work(int from, int count) {
        this.from = from;
        this.claimed = new AtomicIntegerArray(count);
        this.left = new AtomicInteger(count);
    }

    int count() {
        return claimed.length();
    }

    boolean isDone() {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException(
                    "%,d of %,d runs had not ended after three minutes".formatted(left.get(), count()));
        }
        return broken || left.get() <= 0;
    }

    /** Somebody cannot go on, so nobody shall. */
    void breakOff() {
        broken = true;
    }

    /** A commit has claimed them. */
    void claimed(List<HeldRun> runs) {
        for (HeldRun run : runs) {
            int index = run.number() - from;
            if (index < 0 || index >= claimed.length()) {
                throw new IllegalStateException(
                        "run number " + run.number() + " was claimed, which nobody was to have");
            }
            claimed.incrementAndGet(index);
            Hold hold = run.hold();
            if (hold.key != null) {
                Long other = holders.putIfAbsent(hold.key, hold.claim);
                if (other != null && other != hold.claim) {
                    collisions.incrementAndGet();
                }
            }
        }
    }

    /** A commit is about to end them. */
    void ending(List<HeldRun> runs) {
        for (HeldRun run : runs) {
            Hold hold = run.hold();
            hold.outstanding--;
            if (hold.outstanding == 0 && hold.key != null) {
                holders.remove(hold.key, hold.claim);
            }
        }
    }

    /** A commit has ended them. */
    void ended(List<HeldRun> runs) {
        left.addAndGet(-runs.size());
    }

    /** Whether each run was claimed once, and no key by two at a time. */
    boolean isClean() {
        for (int i = 0; i < claimed.length(); i++) {
            if (claimed.get(i) != 1) {
                return false;
            }
        }
        return collisions.get() == 0 && left.get() == 0;
    }
}
