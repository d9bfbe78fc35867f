package dev.errand.engine.record;

import dev.errand.StoreException;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the reports of many attempts to the store, those that wait in one commit. A report is never dropped: while the store
 * cannot be reached or its disk is full, the same reports are sent again, and the answer stays true because the store fences
 * them by their claims.
 */
public final class Recorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
    private static final int LARGEST_COMMIT = 2_000;
    private static final int BEHIND = 5 * LARGEST_COMMIT;
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);

    private record Entry(Report report, Consumer<Receipt> answer) {}

    private record Sent(List<Entry> batch, List<Report> reports, CompletionStage<List<Receipt>> answer) {}

    private final Store store;
    private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-recorder").unstarted(this::run);
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Runnable onCaughtUp = () -> {};
    private volatile Consumer<Report.Ended> onEnd = end -> {};
    private volatile boolean behind;
    private volatile boolean idle;
    private volatile boolean closed;

    public Recorder(Store store) {
        this.store = store;
        thread.start();
    }

    /**
     * Records as soon as the commit before is done. The answer comes after this one's commit, on the recorder's thread.
     * Reports of one run are recorded in the order they are given.
     */
    public void record(Report report, Consumer<Receipt> answer) {
        entries.add(new Entry(report, answer));
        if (waiting.incrementAndGet() > BEHIND) {
            behind = true;
        }
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether bodies end faster than the store records it, so that nothing more should be begun for now. */
    public boolean isBehind() {
        return behind;
    }

    /** What to call when it is not behind any more. */
    public void onCaughtUp(Runnable listener) {
        onCaughtUp = listener;
    }

    /** What to call with each end that is recorded; on the recorder's thread: it must return at once. */
    public void onEnd(Consumer<Report.Ended> listener) {
        onEnd = listener;
    }

    /** One commit is on its way while the answers of the one before are given: who gets one may have more to record at once. */
    private void run() {
        @Nullable Sent sent = null;
        while (true) {
            sent = sent == null ? next() : sent;
            if (sent == null) {
                if (closed) {
                    return;
                }
                rest();
            } else {
                List<Receipt> receipts = receipts(sent);
                if (receipts.isEmpty()) {
                    return;
                }
                Sent following = next();
                answer(sent.batch(), receipts);
                sent = following;
            }
        }
    }

    private void rest() {
        idle = true;
        if (entries.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        idle = false;
    }

    /** Sends what waits; null if nothing does. */
    private @Nullable Sent next() {
        List<Entry> batch = take();
        if (batch.isEmpty()) {
            return null;
        }
        List<Report> reports = new ArrayList<>(batch.size());
        batch.forEach(entry -> reports.add(entry.report()));
        return new Sent(batch, reports, send(reports));
    }

    private CompletionStage<List<Receipt>> send(List<Report> reports) {
        try {
            return store.record(reports);
        } catch (StoreException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private List<Entry> take() {
        List<Entry> batch = new ArrayList<>();
        Entry entry;
        while (batch.size() < LARGEST_COMMIT && (entry = entries.poll()) != null) {
            batch.add(entry);
        }
        if (waiting.addAndGet(-batch.size()) <= BEHIND && behind) {
            behind = false;
            onCaughtUp.run();
        }
        return batch;
    }

    /** Sends again until the store has taken it; none if the engine closed while the store could not. */
    private List<Receipt> receipts(Sent sent) {
        CompletionStage<List<Receipt>> answer = sent.answer();
        long pause = FIRST_PAUSE;
        while (true) {
            try {
                return answer.toCompletableFuture().join();
            } catch (CompletionException e) {
                if (closed) {
                    LOG.atError()
                            .addKeyValue("reports", sent.batch().size())
                            .setCause(e)
                            .log("Closed before outcomes could be recorded; their runs will be attempted again");
                    return List.of();
                }
                LOG.atWarn()
                        .addKeyValue("reports", sent.batch().size())
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("Outcomes could not be recorded, trying again");
                LockSupport.parkNanos(this, pause);
                pause = Math.min(pause * 2, LONGEST_PAUSE);
                answer = send(sentAgain(sent.reports()));
            }
        }
    }

    /** The store may have taken them, and only its answer was lost. */
    private static List<Report> sentAgain(List<Report> reports) {
        List<Report> again = new ArrayList<>(reports);
        again.replaceAll(report -> report instanceof Report.Noted noted ? noted.sentAgain() : report);
        return again;
    }

    private void answer(List<Entry> batch, List<Receipt> receipts) {
        for (int i = 0; i < receipts.size(); i++) {
            try {
                batch.get(i).answer().accept(receipts.get(i));
                Report report = batch.get(i).report();
                if (receipts.get(i) == Receipt.RECORDED) {
                    tellEnd(report instanceof Report.Lingers lingers ? lingers.end() : report);
                }
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("An answer to a report failed");
            }
        }
    }

    private void tellEnd(Report report) {
        if (report instanceof Report.Ended end) {
            onEnd.accept(end);
        }
    }

    /** Records what was given until now, then ends; waits for that at most so long. */
    public void close(long timeout, TimeUnit unit) {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(unit.toMillis(timeout));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(5, TimeUnit.SECONDS);
    }
}
