package dev.errand.engine.step;

import dev.errand.Failure;
import dev.errand.StepOptions.Calls;
import dev.errand.StoreException;
import dev.errand.engine.record.Recorder;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's journal in the store, for one attempt of the run. It is read when the first step is called, all of it, unless the claim says that
 * there is none: nobody but the holder of the claim writes to it, so that from then on it is known here.
 *
 * <p>What is written is fenced by the claim like any report of the attempt, and is in order with them: a step that ended before its
 * attempt gave the run back is kept before another attempt can begin. Who waits for a receipt hears LOST as soon as the attempt is
 * settled, since nobody may come any more to answer.
 */
public final class StoredJournal implements Journal, StoredTransaction.Keeping {
    private static final Logger LOG = LoggerFactory.getLogger(StoredJournal.class);
    private static final int PAGE = 200;
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    /** What is kept, and whether that is durable yet. */
    private record Kept(StepEntry entry, CompletableFuture<Receipt> receipt) {}

    private final Claim claim;
    private final Store store;
    private final Recorder recorder;
    private final Supplier<Instant> clock;
    private final Consumer<Receipt> heard;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Kept> kept = new HashMap<>();
    private final Map<String, StepEntry> due = new HashMap<>();
    private final Map<String, Report.Journaled> unsettled = new HashMap<>();
    private final Map<Integer, CompletableFuture<Receipt>> awaited = new ConcurrentHashMap<>();
    private boolean read;
    private int lastPosition;
    private int reports;
    private volatile boolean settled;

    /**
     * Nothing is read yet.
     *
     * @param heard told what the store says to each report
     */
    public StoredJournal(
            Claim claim, Store store, Recorder recorder, Supplier<Instant> clock, Consumer<Receipt> heard) {
        this.claim = claim;
        this.store = store;
        this.recorder = recorder;
        this.clock = clock;
        this.heard = heard;
        this.read = claim.stepless();
    }

    @Override
    public CompletionStage<Beginning> begin(Call call) {
        lock.lock();
        try {
            if (settled) {
                return CompletableFuture.completedFuture(new Beginning.Lost());
            }
            if (call.calls() == Calls.ALWAYS) {
                return CompletableFuture.completedFuture(new Beginning.Due());
            }
            readAll();
            findOut(call);
            Kept found = kept.get(call.key());
            Beginning known = found == null ? null : known(found.entry(), call.calls());
            if (found == null || known == null) {
                return start(call, found);
            }
            forget(call);
            return found.receipt().thenApply(receipt -> receipt == Receipt.LOST ? new Beginning.Lost() : known);
        } finally {
            lock.unlock();
        }
    }

    private void readAll() {
        while (!read) {
            List<StepEntry> page = page();
            for (StepEntry entry : page) {
                kept.put(entry.key(), new Kept(entry, CompletableFuture.completedFuture(Receipt.RECORDED)));
                lastPosition = entry.position();
            }
            read = page.size() < PAGE;
        }
    }

    /** While the store is away this waits, as who records a step does, until the attempt is over or its thread interrupted. */
    private List<StepEntry> page() {
        for (long pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
            try {
                return store.steps(claim.run(), lastPosition, PAGE);
            } catch (StoreException e) {
                LockSupport.parkNanos(this, pause);
                if (settled || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("run", claim.run())
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("What is kept of a run's steps could not be read, trying again");
            }
        }
    }

    /** What is to be done about a step that was kept; null if its code is due. */
    private static @Nullable Beginning known(StepEntry entry, Calls calls) {
        byte[] result = entry.result();
        Failure failure = entry.failure();
        if (entry.endedAt() != null && failure == null) {
            return new Beginning.Done(result == null ? NULL : result);
        }
        boolean again = calls == Calls.AT_LEAST_ONCE || (entry.endedAt() == null && failure != null);
        return again ? null : new Beginning.Failed(entry.attempt(), failure);
    }

    /** Who is told by its name comes but once, so that what is kept of it need not be kept in memory as well. */
    private void forget(Call call) {
        if (StepKey.isNamed(call.key())) {
            kept.remove(call.key());
        }
    }

    private CompletionStage<Beginning> start(Call call, @Nullable Kept before) {
        StepEntry unfinished = before == null ? due.get(call.key()) : before.entry();
        int position = unfinished == null ? ++lastPosition : unfinished.position();
        StepEntry begun =
                new StepEntry(position, call.key(), call.name(), claim.attempt(), clock.get(), null, null, null);
        due.put(call.key(), begun);
        return call.calls() == Calls.AT_LEAST_ONCE
                ? CompletableFuture.completedFuture(new Beginning.Due())
                : record(begun)
                        .thenApply(receipt -> receipt == Receipt.LOST ? new Beginning.Lost() : new Beginning.Due());
    }

    @Override
    public CompletionStage<Receipt> end(Call call, End end) {
        lock.lock();
        try {
            StepEntry begun = due.remove(call.key());
            if (begun == null) { // it was answered otherwise, though who asked did not wait for that
                return CompletableFuture.completedFuture(Receipt.RECORDED);
            }
            StepEntry ended = switch (end) {
                case End.Done(var result) -> with(begun, clock.get(), result, null);
                case End.Failed(var failure) -> with(begun, clock.get(), null, failure);
                case End.Again(var failure) -> with(begun, null, null, failure);
            };
            CompletableFuture<Receipt> receipt = record(ended);
            kept.put(call.key(), new Kept(ended, receipt));
            forget(call);
            return receipt;
        } finally {
            lock.unlock();
        }
    }

    // ── waits

    @Override
    public @Nullable StepEntry waiting(String key) {
        lock.lock();
        try {
            readAll();
            Kept found = kept.get(key);
            return found == null ? null : found.entry();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public StepEntry wait(String key, String name, Instant until) {
        return next(key, name, until, null);
    }

    /** Where the attempt was when it gave the run up to wait; null if it never did. */
    public byte @Nullable [] bookmark() {
        StepEntry found = waiting(StepKey.BOOKMARK);
        return found == null ? null : found.result();
    }

    /** The bookmark, in place of the one before; to be kept when the attempt gives the run up to wait. */
    public StepEntry bookmark(byte[] json) {
        return next(StepKey.BOOKMARK, "", clock.get(), json);
    }

    private StepEntry next(String key, String name, Instant endedAt, byte @Nullable [] result) {
        lock.lock();
        try {
            readAll();
            Kept before = kept.get(key);
            int position = before == null ? ++lastPosition : before.entry().position();
            return new StepEntry(position, key, name, claim.attempt(), clock.get(), endedAt, result, null);
        } finally {
            lock.unlock();
        }
    }

    // ── transactions

    @Override
    public OpenTransaction transaction(Call call) throws InterruptedException {
        return new StoredTransaction(call, store.transactions(), this, () -> settled, heard);
    }

    @Override
    public Report.Journaled ended(Call call, byte[] result) {
        lock.lock();
        try {
            StepEntry begun = Objects.requireNonNull(due.get(call.key()), "it is due");
            return new Report.Journaled(claim, with(begun, clock.get(), result, null));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void kept(Call call, Report.Journaled report) {
        lock.lock();
        try {
            due.remove(call.key());
            kept.put(call.key(), new Kept(report.step(), CompletableFuture.completedFuture(Receipt.RECORDED)));
            forget(call);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unsettled(Call call, Report.@Nullable Journaled report) {
        lock.lock();
        try {
            unsettled.compute(call.key(), (key, before) -> report);
        } finally {
            lock.unlock();
        }
    }

    /** Whether it was committed when nobody waited for the answer any more. */
    private void findOut(Call call) {
        Report.Journaled report = unsettled.get(call.key());
        if (report != null) {
            if (store.transactions().settle(report).orElse(null) == Receipt.RECORDED) {
                kept(call, report);
            }
            unsettled.remove(call.key());
        }
    }

    private static StepEntry with(
            StepEntry begun, @Nullable Instant endedAt, byte @Nullable [] result, @Nullable Failure failure) {
        return new StepEntry(
                begun.position(),
                begun.key(),
                begun.name(),
                begun.attempt(),
                begun.startedAt(),
                endedAt,
                result,
                failure);
    }

    /** In the order of calls, which are made under the lock. */
    private CompletableFuture<Receipt> record(StepEntry entry) {
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        int number = ++reports;
        awaited.put(number, receipt);
        if (settled) {
            receipt.complete(Receipt.LOST);
        } else {
            recorder.record(new Report.Journaled(claim, entry), answer -> {
                heard.accept(answer); // first: the attempt is to know that it is lost before its body does
                awaited.remove(number);
                receipt.complete(answer);
            });
        }
        return receipt;
    }

    /** The attempt is over, or has lost its run: what is not kept by now is not. */
    public void settled() {
        settled = true;
        awaited.values().forEach(receipt -> receipt.complete(Receipt.LOST));
    }
}
