package dev.errand.server.realtime;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.ListenerOptions;
import dev.errand.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One who waits until the runs he watches are otherwise than he has them. He listens first and looks then, so that he misses nothing; what he hears
 * only has him look. He takes no thread but his own.
 */
final class Waiting implements AutoCloseable {
    /** How often he looks whether the server ends. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Shape shape;
    private final Set<String> skipped;
    private final BooleanSupplier ending;
    private final Semaphore bell = new Semaphore(0);
    private final Subscription heard;
    /** What he saw last; null before the first look, when he is to hear all. */
    private volatile @Nullable Seen seen;

    /** Whether runs may come to what he saw. */
    private volatile boolean grows = true;

    Waiting(Errand errand, Shape shape, Set<String> skipped, BooleanSupplier ending) {
        this.shape = shape;
        this.skipped = skipped;
        this.ending = ending;
        this.heard = errand.on(
                shape.events(), this::hear, ListenerOptions.none().executor(Runnable::run)); // returns at once
    }

    private void hear(Event event) {
        Seen known = seen;
        if (known == null || grows || known.has(event.run())) {
            bell.release();
        }
    }

    /**
     * Waits until they are otherwise than somebody has them, the time has passed, or the server ends.
     *
     * @return how they are then
     */
    Seen await(Place place, Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        Seen now = look();
        grows = shape.grows(now.size());
        while (place.has(now) && isTold(end)) {
            gather(now.size());
            now = look();
        }
        // Not all that changes a run is told: that it is to be canceled, that it is to start later.
        return place.has(now) ? look() : now;
    }

    private Seen look() {
        bell.drainPermits();
        Seen now = Seen.of(shape, skipped);
        seen = now;
        return now;
    }

    private boolean isTold(long end) throws InterruptedException {
        long left = end - System.nanoTime();
        while (left > 0 && !ending.getAsBoolean()) {
            if (bell.tryAcquire(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS)) {
                return true;
            }
            left = end - System.nanoTime();
        }
        return false;
    }

    /** Many runs take long to read, and where there are many, one change seldom comes alone. */
    private static void gather(int runs) throws InterruptedException {
        if (runs > 1) {
            TimeUnit.MILLISECONDS.sleep(Math.clamp(runs / 10, 20, 1_000));
        }
    }

    @Override
    public void close() {
        heard.close();
    }
}
