package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.NewRun;
import dev.errand.store.NewToken;
import dev.errand.store.Receipt;
import dev.errand.store.StepEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    /**
     * What is to be kept under a key, in place of what was; not kept by this.
     *
     * @param endedAt null while it has not ended
     * @param result JSON in UTF-8; null for none
     */
    StepEntry entry(String key, String name, @Nullable Instant endedAt, byte @Nullable [] result);

    /** Keeps it; it will be durable before whatever comes of the attempt. */
    void keep(StepEntry entry);

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

    /** Creates a token for the run, see {@link dev.errand.store.TokenStore#create}. */
    TokenInfo create(NewToken token);
}
