package dev.errand.engine;

import dev.errand.BatchId;
import dev.errand.BatchNotFoundException;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.StoreException;
import dev.errand.store.BatchEntry;
import dev.errand.store.NewRun;
import dev.errand.store.Store;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds runs by their ids. An id is good from the moment somebody has it: a run that is not there may be in a transaction that is
 * still open, so it is missing only once there is no such transaction. The thread that has this transaction open would wait for itself, and is
 * told so instead.
 */
final class Lookup {
    /** How long a question waits that names no limit. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long a thread waits for its own transaction, which it has ended perhaps. */
    private static final Duration SELF_PATIENCE = Duration.ofMillis(200);

    private static final int REMEMBERED = 10_000;

    private final Store store;
    private final Map<RunId, Long> threads = new LinkedHashMap<>();

    Lookup(Store store) {
        this.store = store;
    }

    /** The calling thread is about to store these in a transaction of its own. */
    void triggered(List<NewRun> runs) {
        remember(runs.stream().map(NewRun::id).toList());
    }

    private void remember(List<RunId> ids) {
        long thread = Thread.currentThread().threadId();
        synchronized (threads) {
            ids.forEach(id -> threads.put(id, thread));
            var eldest = threads.keySet().iterator();
            while (threads.size() > REMEMBERED) {
                eldest.next();
                eldest.remove();
            }
        }
    }

    /** The run, after the transaction it may be in. */
    RunInfo get(RunId id) {
        try {
            return find(id, PATIENCE)
                    .orElseThrow(() -> new StoreException(
                            "Run %s may be in a transaction that has been open for %d s; ask again later"
                                    .formatted(id, PATIENCE.toSeconds())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while run %s may be in a transaction still open".formatted(id), e);
        }
    }

    /** As {@link #get}; empty if there is none. */
    Optional<RunInfo> known(RunId id) {
        try {
            return Optional.of(get(id));
        } catch (RunNotFoundException e) {
            return Optional.empty();
        }
    }

    /**
     * The run, after the transaction it may be in.
     *
     * @return empty if such a transaction is still open after that time
     * @throws RunNotFoundException if there is none, and no run
     */
    Optional<RunInfo> find(RunId id, Duration timeout) throws InterruptedException {
        Optional<RunInfo> now = find(id);
        if (now.isPresent() || !settled(id, "Run " + id, timeout)) {
            return now;
        }
        return Optional.of(find(id).orElseThrow(() -> new RunNotFoundException(id)));
    }

    /** The batch, after the transaction it may be in. */
    BatchEntry get(BatchId id) {
        try {
            return find(id, PATIENCE)
                    .orElseThrow(() -> new StoreException(
                            "Batch %s may be in a transaction that has been open for %d s; ask again later"
                                    .formatted(id, PATIENCE.toSeconds())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while batch %s may be in a transaction still open".formatted(id), e);
        }
    }

    /**
     * The batch, after the transaction it may be in.
     *
     * @return empty if such a transaction is still open after that time
     * @throws BatchNotFoundException if there is none, and no batch
     */
    Optional<BatchEntry> find(BatchId id, Duration timeout) throws InterruptedException {
        Optional<BatchEntry> now = store.batches().find(id);
        if (now.isPresent() || !settled(asRun(id), "Batch " + id, timeout)) {
            return now;
        }
        return Optional.of(store.batches().find(id).orElseThrow(() -> new BatchNotFoundException(id)));
    }

    /** The calling thread is about to store it in a transaction of its own. */
    void triggered(BatchId batch) {
        remember(List.of(asRun(batch)));
    }

    /** Ids of batches and of runs never meet: one counter makes both. */
    private static RunId asRun(BatchId batch) {
        return new RunId(batch.high(), batch.low());
    }

    private Optional<RunInfo> find(RunId id) {
        Optional<RunInfo> found = store.find(id);
        if (found.isPresent()) {
            synchronized (threads) {
                threads.remove(id);
            }
        }
        return found;
    }

    private boolean settled(RunId id, String named, Duration timeout) throws InterruptedException {
        if (!isOwn(id)) {
            return store.settled(id, timeout);
        }
        if (!store.settled(id, SELF_PATIENCE)) {
            throw new IllegalStateException(
                    "%s was triggered in a transaction that this thread has not committed yet; ask for it after the commit"
                            .formatted(named));
        }
        return true;
    }

    private boolean isOwn(RunId id) {
        long thread = Thread.currentThread().threadId();
        synchronized (threads) {
            return Objects.equals(threads.get(id), thread);
        }
    }
}
