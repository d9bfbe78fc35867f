package dev.errand.engine.events;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As many platform threads as there is work. Nothing of it is lost where the machine has no thread or no memory left for a while: it stays
 * until there is, and whoever brought it goes on.
 */
final class Threads implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final long AGAIN_MILLIS = 250;

    private final ExecutorService pool;
    /** Without a thread so far. */
    private final Queue<Runnable> left = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean troubled = new AtomicBoolean();

    Threads(ThreadFactory factory) {
        this.pool = Executors.newCachedThreadPool(factory);
    }

    /**
     * Has it done.
     *
     * @throws RejectedExecutionException if this is closed
     */
    @Override
    public void execute(Runnable work) {
        left.add(work);
        start();
    }

    private void start() {
        for (Runnable next = left.poll(); next != null; next = left.poll()) {
            try {
                pool.execute(next);
                troubled.set(false);
            } catch (RejectedExecutionException e) {
                throw e;
            } catch (Throwable e) { // no thread could be started
                left.add(next);
                troubled(e);
                return;
            }
        }
    }

    private void troubled(Throwable error) {
        try {
            CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(this::startAgain);
            if (troubled.compareAndSet(false, true)) {
                LOG.atError().setCause(error).log("No thread could be started for those who listen; trying again");
            }
        } catch (Throwable e) {
            // Not even that; whoever brings work next tries again.
        }
    }

    private void startAgain() {
        try {
            start();
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("The engine closes; what waits for a thread is not done any more");
        }
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
