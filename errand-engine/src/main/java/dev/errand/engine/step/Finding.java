package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.StoreException;
import dev.errand.store.Store;
import java.time.Duration;
import java.util.Optional;

/** Finds a run by its id, which somebody may have handed out before the transaction was committed that stores the run. */
final class Finding {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Finding() {}

    /**
     * The run, after the transaction that it may be in; empty if there is none.
     *
     * @throws StoreException if such a transaction is open for long, or the thread is interrupted meanwhile
     */
    static Optional<RunInfo> find(Store store, RunId run) {
        Optional<RunInfo> now = store.find(run);
        if (now.isPresent()) {
            return now;
        }
        try {
            if (!store.settled(run, PATIENCE)) {
                throw new StoreException(
                        "Run %s may be in a transaction that is still open; look once that has ended".formatted(run));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while run %s may be in a transaction still open".formatted(run), e);
        }
        return store.find(run);
    }
}
