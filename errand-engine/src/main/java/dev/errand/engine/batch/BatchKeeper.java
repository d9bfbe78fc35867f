package dev.errand.engine.batch;

import dev.errand.BatchEnd;
import dev.errand.BatchId;
import dev.errand.InvalidPayloadException;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.TaskNotFoundException;
import dev.errand.TriggerOptions;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.BatchCounts;
import dev.errand.store.BatchDue;
import dev.errand.store.BatchEntry;
import dev.errand.store.BatchStore;
import dev.errand.store.NewRun;
import dev.errand.store.Report;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when the runs of a batch have ended, on a platform thread, and stores what is to be triggered then. It looks at once where this
 * node has recorded an end, and now and then at all, for ends that nobody recorded (expiry, cancels) and nodes that died before they
 * looked. However many look: the store takes each callback but once.
 */
public final class BatchKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchKeeper.class);
    private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(5);
    /** While nothing was heard of any batch for so long, looks are rare. */
    private static final long QUIET_AFTER = TimeUnit.MINUTES.toNanos(10);

    private static final long LOOK_IN_QUIET_EVERY = TimeUnit.SECONDS.toNanos(30);
    /** Looks at each run of the batches that are open and tell of a failure. */
    private static final long LOOK_FOR_FAILURES_EVERY = TimeUnit.SECONDS.toNanos(30);
    /** Ends that come in between are looked at together. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long PAUSE_AFTER_ERROR = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int PAGE = 200;

    private final BatchStore store;
    private final Triggers triggers;
    /** Batches of which a run has ended, and whether one has otherwise than well. */
    private final Map<BatchId, Boolean> news = new ConcurrentHashMap<>();

    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-batches").unstarted(this::run);
    private volatile boolean idle;
    private volatile long lastNews = System.nanoTime() - QUIET_AFTER;
    private volatile boolean closed;
    /** The first look is at once. */
    private long lastLook = System.nanoTime() - LOOK_IN_QUIET_EVERY;

    private long lastLookForFailures = System.nanoTime() - LOOK_FOR_FAILURES_EVERY;

    public BatchKeeper(BatchStore store, Triggers triggers) {
        this.store = store;
        this.triggers = triggers;
    }

    public void start() {
        thread.start();
    }

    /** The end of a run is recorded; any thread, returns at once. */
    public void ended(Report.Ended end) {
        BatchId batch = end.claim().options().batch();
        if (batch != null) {
            news.merge(batch, end.state() != RunState.COMPLETED, Boolean::logicalOr);
            heard();
        }
    }

    /** A batch is stored; any thread, returns at once. */
    public void opened() {
        heard();
    }

    private void heard() {
        lastNews = System.nanoTime();
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            rest();
            turn();
        }
        turn(); // what came last
    }

    private void rest() {
        idle = true;
        if (news.isEmpty() && !closed) {
            boolean quiet = System.nanoTime() - lastNews > QUIET_AFTER;
            LockSupport.parkNanos(this, lastLook + (quiet ? LOOK_IN_QUIET_EVERY : LOOK_EVERY) - System.nanoTime());
        }
        idle = false;
    }

    private void turn() {
        try {
            if (!news.isEmpty()) {
                lookAtNews();
                LockSupport.parkNanos(this, PAUSE);
            }
            if (System.nanoTime() - lastLook >= LOOK_EVERY && !closed) {
                lastLook = System.nanoTime();
                lookAtAll();
                lookForFailures();
            }
        } catch (StoreException e) {
            if (!closed) {
                LOG.atWarn()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("Batches could not be looked after, trying again");
                LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Looking after batches failed");
            LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
        }
    }

    private void lookAtNews() {
        for (BatchId batch : List.copyOf(news.keySet())) {
            boolean failed = Boolean.TRUE.equals(news.remove(batch));
            try {
                if (failed) {
                    fail(batch);
                }
                look(batch);
            } catch (StoreException e) {
                news.merge(batch, failed, Boolean::logicalOr);
                throw e;
            }
        }
    }

    private void lookAtAll() {
        int looked;
        do {
            List<BatchId> page = store.ready(PAGE);
            looked = 0;
            for (BatchId batch : page) {
                looked += isDone(batch, this::look) ? 1 : 0;
            }
            if (!page.isEmpty()) {
                lastNews = System.nanoTime();
            }
            looked = page.size() == PAGE ? looked : 0;
        } while (looked > 0 && !closed);
    }

    private void lookForFailures() {
        if (System.nanoTime() - lastLookForFailures >= LOOK_FOR_FAILURES_EVERY) {
            lastLookForFailures = System.nanoTime();
            store.failing(PAGE).forEach(batch -> isDone(batch, this::fail));
        }
    }

    /** One that something is wrong with is to hold up no other. */
    private static boolean isDone(BatchId batch, Consumer<BatchId> work) {
        try {
            work.accept(batch);
            return true;
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("batch", batch).setCause(e).log("Looking after a batch failed");
            return false;
        }
    }

    private void look(BatchId batch) {
        BatchDue due = store.advance(batch);
        if (due.failure()) {
            fail(batch);
        }
        if (due.completion()) {
            complete(batch);
        }
    }

    private void fail(BatchId batch) {
        BatchEntry entry = store.find(batch).orElse(null);
        if (entry != null && entry.failedAt() == null) {
            store.fail(batch, callback(entry, entry.onFailure()));
        }
    }

    private void complete(BatchId batch) {
        BatchEntry entry = store.find(batch).orElse(null);
        if (entry != null && entry.completedAt() == null) {
            store.complete(batch, callback(entry, entry.onComplete()));
        }
    }

    private @Nullable NewRun callback(BatchEntry entry, @Nullable String task) {
        if (task == null) {
            return null;
        }
        BatchCounts counts = store.counts(entry.id());
        int completed = counts.ended().getOrDefault(RunState.COMPLETED, 0);
        int ended = entry.size() - counts.open().size();
        BatchEnd end = new BatchEnd(entry.id().toString(), entry.name(), entry.size(), completed, ended - completed);
        try {
            return triggers.run(task, end, TriggerOptions.none(), null);
        } catch (TaskNotFoundException | InvalidPayloadException e) { // as it was not when the batch was triggered
            LOG.atError()
                    .addKeyValue("batch", entry.id())
                    .addKeyValue("task", task)
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("The callback of a batch cannot be triggered any more");
            return null;
        }
    }

    /** Looks at what was heard of, then ends. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
