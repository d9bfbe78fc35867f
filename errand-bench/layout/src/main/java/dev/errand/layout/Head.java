package dev.errand.layout;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * From where on a line is looked through: from where something was found last, so that claims do not walk over what is dead; and once a
 * second from the start, for what was committed late. As in the product.
 */
final class Head {
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);
    /** So much later than its position, in microseconds, a run may be committed and still be found. */
    private static final long LATE = 200_000;

    private static final Comparator<HeldRun> IN_LINE =
            Comparator.<HeldRun>comparingLong(run -> run.hold().position).thenComparing(HeldRun::id);

    private long position = Long.MIN_VALUE;
    private long lookedThrough = System.nanoTime();

    /** The position to look from. */
    long from() {
        long now = System.nanoTime();
        if (now - lookedThrough > AGAIN) {
            lookedThrough = now;
            position = Long.MIN_VALUE;
        }
        return position;
    }

    /** What was found last is at this position. */
    void found(long at) {
        position = at;
    }

    void foundNothing(long now) {
        position = Math.max(position, now - LATE);
    }

    /** Puts what was claimed into the order of the line, and remembers where that ends. */
    List<HeldRun> remember(List<HeldRun> held) {
        if (held.isEmpty()) {
            foundNothing(Micros.now());
        } else {
            held.sort(IN_LINE);
            found(held.getLast().hold().position);
        }
        return held;
    }
}
