package dev.errand.engine.operation;

import dev.errand.BulkState;
import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.StoreException;
import dev.errand.store.BulkEntry;
import dev.errand.store.OperationStore;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out bulk actions, on a platform thread that there is only while there are some. One engine at a time has an action: it takes it for a
 * while, and each page that it keeps takes it for as long again.
 *
 * <p>First a page's runs are kept with the action, then it is done to them, then it is kept that it was. Who goes on after another has died finds
 * the runs of the page it was at, and does it to those again: to none of them is it done twice ({@link OneRun}), and all of them are counted.
 */
final class BulkWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BulkWork.class);
    /** Longer than a page takes. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final int PAGE = 100;

    private final OperationStore store;
    private final Clock clock;
    private final Errand errand;
    private final OneRun one;
    private final String holder = UUID.randomUUID().toString();
    private final Object lock = new Object();
    private boolean working;
    private boolean again;
    private volatile boolean hasTaken;
    private volatile boolean closed;

    BulkWork(OperationStore store, Clock clock, Errand errand) {
        this.store = store;
        this.clock = clock;
        this.errand = errand;
        this.one = new OneRun(errand);
    }

    /** There may be something to do; any thread, returns at once. */
    void wake() {
        synchronized (lock) {
            again = true;
            if (!working && !closed) {
                working = true;
                Thread.ofPlatform().daemon().name("errand-bulk").start(this::work);
            }
        }
    }

    private void work() {
        try {
            while (goesOn()) {
                carryOutAll();
            }
        } catch (StoreException e) {
            if (!closed) {
                LOG.atWarn()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("Bulk actions could not be gone on with; that is tried again within a minute");
            }
            end();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Carrying out bulk actions failed");
            end();
        }
    }

    private boolean goesOn() {
        synchronized (lock) {
            working = again && !closed;
            again = false;
            lock.notifyAll();
            return working;
        }
    }

    private void end() {
        synchronized (lock) {
            working = false;
            lock.notifyAll();
        }
    }

    private void carryOutAll() {
        Optional<BulkEntry> taken = store.take(holder, LEASE);
        while (taken.isPresent() && !closed) {
            hasTaken = true;
            carryOut(taken.get());
            taken = closed ? Optional.empty() : store.take(holder, LEASE);
        }
    }

    private void carryOut(BulkEntry taken) {
        BulkEntry action = taken;
        boolean repeated = !action.pending().isEmpty();
        while (!closed) {
            boolean looks = action.pending().isEmpty();
            BulkEntry next = looks ? found(action) : acted(action, repeated);
            next = next.isDone() ? next.completed(clock.instant().truncatedTo(ChronoUnit.MICROS)) : next;
            if (closed || !store.save(next, holder, LEASE) || next.state() != BulkState.PENDING) {
                return; // to those of which that is not kept it is done again, and to none of them twice
            }
            action = next;
            repeated &= looks;
        }
    }

    private BulkEntry found(BulkEntry action) {
        RunQuery query = FilterText.read(action.filter()).limit(PAGE).after(action.place());
        Page<RunInfo> page = errand.runs(query);
        List<RunId> possible = new ArrayList<>();
        for (RunInfo run : page.items()) {
            if (OneRun.isPossible(action, run)) {
                possible.add(run.id());
            }
        }
        return action.found(page.cursor(), possible, page.items().size() - possible.size());
    }

    private BulkEntry acted(BulkEntry action, boolean repeated) {
        int done = 0;
        for (RunId run : action.pending()) {
            if (closed) {
                break; // it is not kept
            }
            done += one.act(action, run, repeated) ? 1 : 0;
        }
        return action.acted(done);
    }

    /** Waits a moment for the run it is at, and lets others go on. */
    @Override
    public void close() {
        closed = true;
        awaitEnd();
        if (hasTaken) {
            release();
        }
    }

    private void release() {
        try {
            store.release(holder);
        } catch (StoreException e) {
            LOG.atDebug().setCause(e).log("Bulk actions are left to their lease");
        }
    }

    private void awaitEnd() {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        synchronized (lock) {
            try {
                for (long left = end - System.nanoTime(); working && left > 0; left = end - System.nanoTime()) {
                    lock.wait(Math.max(1, left / 1_000_000));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
