package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.StepOptions.Calls;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.engine.record.Recorder;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Claim;
import dev.errand.store.Inbox;
import dev.errand.store.NewRun;
import dev.errand.store.NewToken;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run's journal in the store, for one attempt of the run. It is read when the first step is called, all of it, unless the claim says that
 * there is none: nobody but the holder of the claim writes to it, so that from then on it is known here.
 *
 * <p>What is written is fenced by the claim like any report of the attempt, and is in order with them: a step that ended before its
 * attempt gave the run back is kept before another attempt can begin. Who waits for a receipt hears LOST as soon as the attempt is
 * settled, since nobody may come any more to answer.
 */
public final class StoredJournal implements Journal, WaitJournal, StoredTransaction.Keeping {
    private static final int PAGE = 200;

    /** What is kept, and whether that is durable yet. */
    private record Kept(StepEntry entry, CompletableFuture<Receipt> receipt) {}

    private final Claim claim;
    private final Store store;
    private final Supplier<Instant> clock;
    private final Consumer<Receipt> heard;
    private final EntryReports reports;
    private final Asking asking;
    private final Spawning spawning;
    private final Positions positions = new Positions();
    private final Unasked unasked = new Unasked();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Kept> kept = new HashMap<>();
    private final Map<String, StepEntry> due = new HashMap<>();
    private final Map<String, Report.Journaled> unsettled = new HashMap<>();
    private boolean read;

    /**
     * Nothing is read yet.
     *
     * @param heard told what the store says to each report
     * @param wakeAt told when runs that are triggered are due
     */
    public StoredJournal(
            Claim claim,
            Store store,
            Recorder recorder,
            Supplier<Instant> clock,
            Consumer<Receipt> heard,
            Consumer<Instant> wakeAt) {
        this.claim = claim;
        this.store = store;
        this.clock = clock;
        this.heard = heard;
        this.reports = new EntryReports(claim, recorder, heard);
        this.asking = new Asking(claim.run(), reports::isSettled, Asking.PATIENCE);
        this.spawning = new Spawning(store, asking, wakeAt);
        this.read = claim.stepless();
    }

    @Override
    public CompletionStage<Beginning> begin(Call call) {
        lock.lock();
        try {
            if (reports.isSettled()) {
                return CompletableFuture.completedFuture(new Beginning.Lost());
            }
            if (call.calls() == Calls.ALWAYS) {
                return CompletableFuture.completedFuture(new Beginning.Due());
            }
            readAll();
            if (StepKey.isMark(call.key())) {
                return mark(call);
            }
            unasked.asked(call.key());
            findOut(call);
            Kept found = kept.get(call.key());
            Beginning known = found == null ? null : Beginning.known(found.entry(), call.calls());
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
            List<StepEntry> page = asking.answer(() -> store.steps(claim.run(), positions.last(), PAGE));
            for (StepEntry entry : page) {
                kept.put(entry.key(), new Kept(entry, CompletableFuture.completedFuture(Receipt.RECORDED)));
                positions.isTaken(entry.position(), entry.key());
                unasked.add(entry.key());
            }
            read = page.size() < PAGE;
        }
    }

    private CompletionStage<Beginning> mark(Call call) {
        Kept mark = kept.computeIfAbsent(call.key(), key -> {
            StepEntry entry = entry(key, call.name(), clock.get(), unasked.answer(Paths.path(key)));
            return new Kept(entry, reports.record(entry));
        });
        byte[] answer = Objects.requireNonNull(mark.entry().result(), "marks have answers");
        return mark.receipt()
                .thenApply(receipt -> receipt == Receipt.LOST ? new Beginning.Lost() : new Beginning.Done(answer));
    }

    /** Who is told by its name comes but once, so that what is kept of it need not be kept in memory as well. */
    private void forget(Call call) {
        if (StepKey.isNamed(call.key())) {
            kept.remove(call.key());
        }
    }

    private CompletionStage<Beginning> start(Call call, @Nullable Kept before) {
        StepEntry unfinished = before == null ? due.get(call.key()) : before.entry();
        int position = unfinished == null ? positions.take(call.key()) : unfinished.position();
        StepEntry begun =
                new StepEntry(position, call.key(), call.name(), claim.attempt(), clock.get(), null, null, null);
        due.put(call.key(), begun);
        return call.calls() == Calls.AT_LEAST_ONCE
                ? CompletableFuture.completedFuture(new Beginning.Due())
                : reports.record(begun)
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
                case End.Done(var result) -> begun.with(clock.get(), result, null);
                case End.Failed(var failure) -> begun.with(clock.get(), null, failure);
                case End.Again(var failure) -> begun.with(null, null, failure);
            };
            CompletableFuture<Receipt> receipt = reports.record(ended);
            kept.put(call.key(), new Kept(ended, receipt));
            forget(call);
            return receipt;
        } finally {
            lock.unlock();
        }
    }

    // ── waits

    @Override
    public WaitJournal waits() {
        return this;
    }

    @Override
    public int attempt() {
        return claim.attempt();
    }

    @Override
    public Instant now() {
        return clock.get();
    }

    @Override
    public @Nullable StepEntry find(String key) {
        lock.lock();
        try {
            readAll();
            unasked.asked(key);
            Kept found = StepKey.isSpawn(key) ? kept.remove(key) : kept.get(key);
            return found == null ? null : found.entry();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean mayRepeat(Place place) {
        return !claim.stepless() || !place.branch().isTop(); // branches are called again by the same attempt
    }

    @Override
    public StepEntry entry(String key, String name, @Nullable Instant endedAt, byte @Nullable [] result) {
        lock.lock();
        try {
            readAll();
            Kept before = kept.get(key);
            int position = before == null ? positions.take(key) : before.entry().position();
            Instant began = before == null || endedAt == null
                    ? clock.get()
                    : before.entry().startedAt();
            return new StepEntry(position, key, name, claim.attempt(), began, endedAt, result, null);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void keep(StepEntry entry) {
        lock.lock();
        try {
            remember(entry, reports.record(entry));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Receipt keepNow(StepEntry entry, @Nullable Long signal) throws InterruptedException {
        CompletableFuture<Receipt> receipt;
        lock.lock();
        try {
            receipt = reports.record(entry, signal);
            remember(entry, receipt);
        } finally {
            lock.unlock();
        }
        return Steps.await(receipt);
    }

    @Override
    public void iterationsOver(String loop, int before) {
        lock.lock();
        try {
            readAll();
            for (String key : positions.over(loop, before)) {
                kept.remove(key);
                due.remove(key);
                unasked.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Receipt spawn(StepEntry entry, List<NewRun> runs, boolean awaited) {
        if (reports.isSettled()) {
            return Receipt.LOST;
        }
        Receipt receipt = spawning.trigger(new Spawn(claim, entry, runs, awaited));
        if (receipt == Receipt.LOST) {
            if (!reports.isSettled()) { // else it is known why
                heard.accept(receipt);
            }
            return receipt;
        }
        lock.lock();
        try {
            remember(entry, CompletableFuture.completedFuture(receipt));
        } finally {
            lock.unlock();
        }
        return receipt;
    }

    private void remember(StepEntry entry, CompletableFuture<Receipt> receipt) {
        if (!StepKey.isSpawn(entry.key())) {
            kept.put(entry.key(), new Kept(entry, receipt));
        }
    }

    @Override
    public List<AwaitedEnd> ends(List<RunId> runs) {
        return asking.answer(() -> store.ends(claim.run(), runs));
    }

    @Override
    public Optional<TokenInfo> token(TokenId token) {
        return asking.answer(() -> store.tokens().find(token));
    }

    @Override
    public Optional<RunInfo> run(RunId other) {
        return asking.answer(() -> Finding.find(store, other));
    }

    @Override
    public Receipt watch(List<RunId> others) {
        return asking.answer(() -> store.watches().watch(claim, others));
    }

    @Override
    public TokenInfo create(NewToken token) {
        return asking.answer(() -> store.tokens().create(token));
    }

    @Override
    public Inbox inbox(String name, long after) {
        return asking.answer(() -> store.signals().look(claim.run(), name, after));
    }

    @Override
    public boolean isThere(Report.Awaits awaits) {
        return new Lookout(store, claim.run()).isThere(awaits);
    }

    @Override
    public <T> T ask(Supplier<T> question) {
        return asking.answer(question);
    }

    /** Where the attempt was when it gave the run up to wait; null if it never did. */
    public byte @Nullable [] bookmark() {
        StepEntry found = find(StepKey.BOOKMARK);
        return found == null ? null : found.result();
    }

    /** The bookmark, in place of the one before; to be kept when the attempt gives the run up to wait. */
    public StepEntry bookmark(byte[] json) {
        return entry(StepKey.BOOKMARK, "", clock.get(), json);
    }

    // ── transactions

    @Override
    public OpenTransaction transaction(Call call) throws InterruptedException {
        return new StoredTransaction(call, store.transactions(), this, reports::isSettled, heard);
    }

    @Override
    public Report.Journaled ended(Call call, byte[] result) {
        lock.lock();
        try {
            StepEntry begun = Objects.requireNonNull(due.get(call.key()), "it is due");
            return new Report.Journaled(claim, begun.with(clock.get(), result, null));
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

    /** The attempt is over, or has lost its run: what is not kept by now is not. */
    public void settled() {
        reports.settled();
    }
}
