package dev.errand.engine;

import dev.errand.RunId;
import dev.errand.RunResult;
import dev.errand.Subscription;
import dev.errand.engine.attempt.Inside;
import dev.errand.engine.events.EventFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the ends of runs: listens first, then looks, so that no end is missed and nothing is asked twice. Who is told of an end looks
 * again, and goes on waiting if the run has not ended: he was told of one that a retry by hand has undone since.
 */
final class Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);

    private final Supplier<EventFeed> feed;

    /**
     * Prepares it.
     *
     * @param feed asked for only when there is something to wait for
     */
    Waiting(Supplier<EventFeed> feed) {
        this.feed = feed;
    }

    <O extends @Nullable Object> RunResult<O> result(RunHandle<O> run, long nanos) throws InterruptedException {
        refuseInside(run.id());
        long end = System.nanoTime() + nanos;
        boolean told = true;
        while (told && feed.get().isOpen()) {
            CountDownLatch ended = new CountDownLatch(1);
            try (Subscription waiter = feed.get().onEnd(run.id(), ended::countDown)) {
                RunResult<O> now = run.resultNow();
                if (!(now instanceof RunResult.Unfinished<O>)) {
                    return now;
                }
                told = ended.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        }
        return run.resultNow();
    }

    void refuseInside(Object awaited) {
        if (Inside.aBody()) {
            throw new IllegalStateException(
                    "A task's body must not wait for " + awaited
                            + ": it would hold its slot meanwhile, and runs that wait for each other would never end. Wait for a child by run.invoke, which holds no slot; for others use onFinish");
        }
    }

    /**
     * Waits for the ends of many runs.
     *
     * @param open which of them have not ended; asked once, after this began to listen
     */
    void awaitAll(List<RunId> runs, Supplier<List<RunId>> open, long nanos) throws InterruptedException {
        Set<RunId> waited = ConcurrentHashMap.newKeySet();
        waited.addAll(runs);
        CountDownLatch ended = new CountDownLatch(1);
        List<Subscription> waiters = new ArrayList<>();
        try {
            for (RunId run : runs) {
                waiters.add(feed.get().onEnd(run, () -> {
                    waited.remove(run);
                    if (waited.isEmpty()) {
                        ended.countDown();
                    }
                }));
            }
            waited.retainAll(Set.copyOf(open.get()));
            if (!waited.isEmpty()) {
                ended.await(nanos, TimeUnit.NANOSECONDS);
            }
        } finally {
            waiters.forEach(Subscription::close);
        }
    }

    /** Asks which of these runs have not ended. */
    interface Look {
        Set<RunId> open(List<RunId> runs) throws InterruptedException;
    }

    /**
     * Waits until one of these runs has ended.
     *
     * @param end until when, as {@link System#nanoTime} counts
     * @return those that have not
     */
    Set<RunId> untilOneEnded(List<RunId> runs, Look look, long end) throws InterruptedException {
        return until(runs, look, end, runs.size() - 1);
    }

    /** As {@link #untilOneEnded}, until all have. */
    Set<RunId> untilAllEnded(List<RunId> runs, Look look, long end) throws InterruptedException {
        return until(runs, look, end, 0);
    }

    private Set<RunId> until(List<RunId> runs, Look look, long end, int most) throws InterruptedException {
        Set<RunId> open = look.open(runs);
        boolean told = true;
        while (open.size() > most && told && feed.get().isOpen()) {
            List<RunId> waited = List.copyOf(open);
            try (Ends ends = new Ends(waited, most)) {
                ends.retain(look.open(waited)); // for those that ended before it listened
                told = ends.await(end);
            }
            open = look.open(waited);
        }
        return open;
    }

    /** Listens for the ends of runs until at most so many are left. */
    private final class Ends implements AutoCloseable {
        private final Set<RunId> left = ConcurrentHashMap.newKeySet();
        private final CountDownLatch few = new CountDownLatch(1);
        private final List<Subscription> waiters = new ArrayList<>();
        private final int most;

        Ends(List<RunId> runs, int most) {
            this.most = most;
            left.addAll(runs);
            runs.forEach(run -> waiters.add(feed.get().onEnd(run, () -> ended(run))));
        }

        private void ended(RunId run) {
            left.remove(run);
            look();
        }

        void retain(Set<RunId> open) {
            left.retainAll(open);
            look();
        }

        private void look() {
            if (left.size() <= most) {
                few.countDown();
            }
        }

        boolean await(long end) throws InterruptedException {
            return few.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            waiters.forEach(Subscription::close);
        }
    }

    static long nanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE / 2; // longer than anybody waits
        }
    }

    /**
     * Has the run looked at when it has ended or was purged, at once if it has ended.
     *
     * @param look called on the executor; answers whether it goes on waiting
     */
    <O extends @Nullable Object> Subscription onFinish(RunHandle<O> run, BooleanSupplier look, Executor executor) {
        Watch watch = new Watch();
        watch.listen(run, () -> tell(run, look, executor, watch));
        return watch;
    }

    /** Whether ends are told of. */
    boolean isOpen() {
        return feed.get().isOpen();
    }

    /** Listens for the end of a run until it is closed. */
    private final class Watch implements Subscription {
        private Subscription waiter = () -> {};
        private int listens;
        private boolean closed;

        void listen(RunHandle<?> run, Runnable ended) {
            int mine;
            synchronized (this) {
                mine = ++listens;
            }
            Subscription next = onEnd(run, ended);
            synchronized (this) {
                if (!closed && mine == listens) { // else it was told meanwhile, and listens again
                    waiter = next;
                    return;
                }
            }
            next.close();
        }

        synchronized boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            Subscription last;
            synchronized (this) {
                closed = true;
                last = waiter;
            }
            last.close();
        }
    }

    /**
     * Calls once when there is the news that the run has ended or was purged, at once if it has ended.
     *
     * @param ended must return at once
     */
    private <O extends @Nullable Object> Subscription onEnd(RunHandle<O> run, Runnable ended) {
        AtomicBoolean told = new AtomicBoolean();
        Runnable tell = () -> {
            if (told.compareAndSet(false, true)) {
                ended.run();
            }
        };
        Subscription waiter = feed.get().onEnd(run.id(), tell);
        try {
            if (!(run.resultNow() instanceof RunResult.Unfinished<O>)) {
                waiter.close();
                tell.run();
            }
        } catch (RuntimeException e) { // there is no such run, for example
            waiter.close();
            throw e;
        }
        return () -> {
            told.set(true);
            waiter.close();
        };
    }

    /** Looks, and listens again if there is nothing to tell yet; looks once more if nobody tells of ends any more, or of this one. */
    private void look(RunHandle<?> run, BooleanSupplier look, Executor executor, Watch watch) {
        boolean waits = !watch.isClosed() && look.getAsBoolean();
        if (waits && !listens(run, look, executor, watch)) {
            waits = look.getAsBoolean();
        }
        if (!waits) {
            watch.close();
        }
    }

    private boolean listens(RunHandle<?> run, BooleanSupplier look, Executor executor, Watch watch) {
        try {
            watch.listen(run, () -> tell(run, look, executor, watch));
            return isOpen();
        } catch (RuntimeException e) { // it was purged, for example, which another look finds as well
            LOG.atWarn().addKeyValue("run", run.id()).setCause(e).log("The end of a run cannot be listened for");
            return false;
        }
    }

    private void tell(RunHandle<?> run, BooleanSupplier look, Executor executor, Watch watch) {
        try {
            executor.execute(() -> {
                try {
                    look(run, look, executor, watch);
                } catch (Throwable e) { // code of users may throw anything; it is nobody else's
                    LOG.atError().addKeyValue("run", run.id()).setCause(e).log("A handler of a run's end failed");
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.atWarn().addKeyValue("run", run.id()).log("Nobody to tell of a run's end: the executor took no more");
        } catch (Throwable e) { // an executor of the user's
            LOG.atError().addKeyValue("run", run.id()).setCause(e).log("Nobody to tell of a run's end");
        }
    }
}
