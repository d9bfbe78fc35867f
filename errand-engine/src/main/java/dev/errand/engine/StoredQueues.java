package dev.errand.engine;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.QueueBacklog;
import dev.errand.QueueInfo;
import dev.errand.QueueLine;
import dev.errand.QueueNotFoundException;
import dev.errand.Queues;
import dev.errand.store.QueueStore;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queues of the store, for those who ask the engine. */
final class StoredQueues implements Queues {
    private static final int MOST_LINES = 1_000;

    private final QueueStore store;
    private final Runnable changed;

    /** @param changed called when this process has something to look at */
    StoredQueues(QueueStore store, Runnable changed) {
        this.store = store;
        this.changed = changed;
    }

    @Override
    public List<QueueInfo> list() {
        return store.all();
    }

    @Override
    public List<QueueLine> lines(int limit) {
        if (limit < 1 || limit > MOST_LINES) {
            throw new IllegalArgumentException(
                    "limit is %d; 1 to %d lines can be asked for".formatted(limit, MOST_LINES));
        }
        return store.lines(limit);
    }

    @Override
    public List<QueueBacklog> backlog() {
        return store.backlog().stream()
                .sorted(Comparator.comparingLong(QueueBacklog::waiting)
                        .reversed()
                        .thenComparing(QueueBacklog::queue))
                .toList();
    }

    @Override
    public QueueInfo get(String name) {
        return store.find(name).orElseThrow(() -> new QueueNotFoundException(name));
    }

    @Override
    public void pause(String name) {
        require(name, store.pause(name, true));
    }

    @Override
    public void resume(String name) {
        require(name, store.pause(name, false));
    }

    @Override
    public void limit(String name, Limits override) {
        require(name, store.override(name, override));
    }

    @Override
    public void limitConcurrency(String name, @Nullable Integer concurrency) {
        Limits.none().concurrency(concurrency); // refuses what is none
        require(name, store.change(name, override -> with(override, concurrency)));
    }

    /** Without a limit that runs could conflict with nothing can be said of what to do then. */
    private static Limits with(Limits override, @Nullable Integer concurrency) {
        boolean none = concurrency == null && override.concurrencyPerKey() == null;
        return (none ? override.onConflict(OnConflict.WAIT) : override).concurrency(concurrency);
    }

    @Override
    public void reset(String name) {
        require(name, store.override(name, null));
    }

    private void require(String name, boolean found) {
        if (!found) {
            throw new QueueNotFoundException(name);
        }
        changed.run();
    }
}
