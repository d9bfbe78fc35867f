package dev.errand.engine.keep;

import dev.errand.engine.schedule.Scheduler;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fires schedules on a thread of its own: a firing may wait for transactions of users' (where its run conflicts with another, or an old
 * one is cancelled), and must not hold up the keeper, who says that this node lives.
 */
final class Firing implements AutoCloseable {
    /** How long the keeper stays for it; most take some milliseconds. */
    private static final long PATIENCE_MILLIS = 200;

    private final Scheduler scheduler;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("errand-scheduler").factory());
    private @Nullable Future<Boolean> underWay;

    Firing(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Whether something may have fired; not if others are at it, or this takes long. On the keeper's thread. */
    boolean fire() {
        Future<Boolean> firing = underWay == null ? thread.submit(scheduler::fire) : underWay;
        underWay = firing;
        try {
            boolean fired = firing.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            underWay = null;
            return fired;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            underWay = null;
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
