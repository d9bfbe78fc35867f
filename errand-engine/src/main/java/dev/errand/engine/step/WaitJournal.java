package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Inbox;
import dev.errand.store.NewRun;
import dev.errand.store.NewToken;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where an attempt keeps what its body waits for, and what it triggers. Thread-safe. */
public interface WaitJournal {
    /** Which attempt it is. */
    int attempt();

    /** The present time, by the store's clock. */
    Instant now();

    /**
     * What is kept under a key; null if nothing is.
     *
     * @throws dev.errand.StoreException if what is kept cannot be read
     */
    @Nullable
    StepEntry find(String key);

    /** Whether something may be kept of another time that the code of this place was called. */
    boolean mayRepeat(Place place);

    /**
     * What is to be kept under a key, in place of what was; not kept by this.
     *
     * @param endedAt null while it has not ended
     * @param result JSON in UTF-8; null for none
     */
    StepEntry entry(String key, String name, @Nullable Instant endedAt, byte @Nullable [] result);

    /** The same, which began then. */
    default StepEntry entry(
            String key, String name, Instant began, @Nullable Instant endedAt, byte @Nullable [] result) {
        StepEntry entry = entry(key, name, endedAt, result);
        return new StepEntry(entry.position(), key, name, entry.attempt(), began, endedAt, result, null);
    }

    /** Keeps it; it will be durable before whatever comes of the attempt. */
    void keep(StepEntry entry);

    /**
     * Keeps it. Returns when that is durable.
     *
     * @throws InterruptedException if the thread was interrupted before; it will be kept if it can
     */
    default Receipt keepNow(StepEntry entry) throws InterruptedException {
        return keepNow(entry, null);
    }

    /**
     * As {@link #keepNow(StepEntry)}, of what has received a signal, which is gone by that.
     *
     * @param signal its position; null for none
     */
    Receipt keepNow(StepEntry entry, @Nullable Long signal) throws InterruptedException;

    /** What the run has of the signals of a name, see {@link dev.errand.store.SignalStore#look}. */
    Inbox inbox(String name, long after);

    /** The iterations of a loop before this one are over: what is kept of them is not asked for again, and makes room for what follows. */
    void iterationsOver(String loop, int before);

    /**
     * Triggers runs, and keeps that with them. Returns when that is durable.
     *
     * @param awaited whether the run is to learn of their ends
     * @throws dev.errand.StoreException if the thread was interrupted before the store answered, or the store was away for too long: then
     *     it is not known whether they were triggered, and who asks again under that key in this attempt hears the same
     */
    Receipt spawn(StepEntry entry, List<NewRun> runs, boolean awaited);

    /** How those of the runs have ended that have, see {@link dev.errand.store.Store#ends}. */
    List<AwaitedEnd> ends(List<RunId> runs);

    /** How a token stands; empty if there is none. */
    Optional<TokenInfo> token(TokenId token);

    /** A run as it stands; empty if there is none. Waits for transactions of users' that may be storing it. */
    Optional<RunInfo> run(RunId other);

    /** Has this run hear of the next end of each of these, see {@link dev.errand.store.WatchStore#watch}. */
    Receipt watch(List<RunId> others);

    /** Creates a token for the run, see {@link dev.errand.store.TokenStore#create}. */
    TokenInfo create(NewToken token);

    /** Whether what a branch waits for is there, while others are at work; it is not while the store is away. */
    boolean isThere(Report.Awaits awaits);

    /**
     * What the store answers to what else is asked for the attempt; while it is away, the attempt waits for a while.
     *
     * @param question may be asked again
     */
    <T> T ask(Supplier<T> question);
}
