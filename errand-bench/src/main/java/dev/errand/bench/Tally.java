package dev.errand.bench;

import dev.errand.RunId;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts bodies by the number in their payload, to prove that each ran exactly once. */
final class Tally {
    /** More than run at a time: what is recorded last is among the last that ran. */
    private static final int LAST = 64;

    private final AtomicIntegerArray ran;
    private final AtomicInteger left;
    private final CountDownLatch all = new CountDownLatch(1);
    private final Queue<RunId> last = new ConcurrentLinkedQueue<>();

    Tally(int runs) {
        ran = new AtomicIntegerArray(runs);
        left = new AtomicInteger(runs);
    }

    int runs() {
        return ran.length();
    }

    /** Called by the body. */
    void ran(int number, RunId run) {
        if (ran.getAndIncrement(number) == 0) {
            int rest = left.decrementAndGet();
            if (rest < LAST) {
                last.add(run);
            }
            if (rest == 0) {
                all.countDown();
            }
        }
    }

    /** Waits until each body has run at least once. */
    void awaitAll(Duration patience) throws InterruptedException {
        if (!all.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    "%,d of %,d bodies had not run after %s".formatted(left.get(), ran.length(), patience));
        }
    }

    /** The runs whose bodies ran last. */
    Queue<RunId> last() {
        return last;
    }

    boolean eachOnce() {
        for (int number = 0; number < ran.length(); number++) {
            if (ran.get(number) != 1) {
                return false;
            }
        }
        return true;
    }
}
