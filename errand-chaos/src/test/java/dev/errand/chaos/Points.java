package dev.errand.chaos;

import dev.errand.StoreException;
import dev.errand.chaos.Point.Deed;
import dev.errand.chaos.Point.Side;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The points that the one run of this process passes by, and what befalls it there. */
final class Points {
    /** What befalls it. */
    enum Fate {
        /** The process dies at once, as by {@code kill -9}. */
        DIES,
        /** Who comes by stands still until he is told to go on. */
        STANDS,
        /** The store fails: before, nothing is done; after, the answer is lost. */
        FAILS
    }

    static final Points OF_THIS_PROCESS = new Points();

    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int NAPS_OF_SILENCE = 30;

    private final List<Point> passed = new ArrayList<>();
    private final Map<Deed, Integer> begun = new EnumMap<>(Deed.class);
    private final Map<Deed, Integer> done = new EnumMap<>(Deed.class);
    private final Semaphore mayGoOn = new Semaphore(0);
    private final Semaphore started = new Semaphore(0);
    private @Nullable Fate fate;
    private @Nullable Point fatal;
    private volatile boolean watched;

    /** How often somebody has come by, or went on. */
    private final AtomicLong moves = new AtomicLong();

    /** For a run that is not triggered yet. */
    synchronized void arm(@Nullable Fate next, @Nullable Point at) {
        passed.clear();
        begun.clear();
        done.clear();
        fate = next;
        fatal = at;
        watched = true;
    }

    /** Something is about to be done, or done. */
    void pass(Side side, Deed deed) {
        Point point = next(side, deed);
        moves.incrementAndGet();
        Fate now = fateAt(point);
        if (now == Fate.DIES) {
            Runtime.getRuntime().halt(9);
        } else if (now == Fate.STANDS) {
            System.out.println("at " + point);
            mayGoOn.acquireUninterruptibly();
            moves.incrementAndGet();
        } else if (now == Fate.FAILS) {
            throw new StoreException("the store fails " + point);
        }
        if (point.is(Side.AFTER, Deed.CLAIM)) {
            started.drainPermits();
        } else if (point.is(Side.AFTER, Deed.START)) {
            started.release();
        }
    }

    private synchronized Point next(Side side, Deed deed) {
        Point point = new Point(side, deed, (side == Side.BEFORE ? begun : done).merge(deed, 1, Integer::sum));
        passed.add(point);
        return point;
    }

    private synchronized @Nullable Fate fateAt(Point point) {
        return point.equals(fatal) ? fate : null;
    }

    /** Nothing befalls the run from now on; answers what was passed by. */
    synchronized List<Point> disarm() {
        fate = null;
        return passed();
    }

    /** Those that were passed by, in this order. */
    synchronized List<Point> passed() {
        return List.copyOf(passed);
    }

    void goOn() {
        moves.incrementAndGet();
        mayGoOn.release();
    }

    /** Waits until nobody has come by anywhere for a while; which is counted in naps, since the machine may stand still in one. */
    void awaitSilence() {
        long seen = -1;
        for (int quiet = 0; quiet < NAPS_OF_SILENCE; quiet++) {
            if (seen != moves.get()) {
                seen = moves.get();
                quiet = 0;
            }
            LockSupport.parkNanos(NAP);
        }
    }

    /** Waits until it is recorded that the body has started, so that this comes before all else in each life of a run that is watched. */
    void awaitStart() throws InterruptedException {
        if (watched) {
            started.acquire();
        }
    }
}
