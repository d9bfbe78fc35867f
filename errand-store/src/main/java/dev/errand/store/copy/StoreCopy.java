package dev.errand.store.copy;

import dev.errand.NodeInfo;
import dev.errand.StoreException;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Copies a store that nobody works on into an empty one, of the same kind or another. All or nothing: the target is filled in one
 * transaction, which is committed only when the source, what was read, and the target count the same.
 *
 * <p>Ended runs are found in the target as they were, others start there as they would have: at the same time, in the same order,
 * with the same attempts left. The log of events is not copied; it begins anew, and durable subscriptions are told how much of it they miss.
 */
public final class StoreCopy {
    /** As long as it takes until a node that died counts as dead, and a little more. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final String from;
    private final String to;

    /** Between the stores of two URLs. */
    public StoreCopy(String from, String to) {
        this.from = from;
        this.to = to;
        if (from.equals(to)) {
            throw new IllegalArgumentException("A store cannot be copied into itself: " + StoreSettings.shown(from));
        }
    }

    /**
     * Copies.
     *
     * @param progress told now and then how much was handed over
     * @return how much there is now
     * @throws StoreException if the source is in use, the target is not empty, or anything goes wrong; then the target is as it was,
     *     but for its tables
     */
    public CopyCounts run(Consumer<CopyCounts> progress) {
        CopyProvider source = provider(from);
        CopyProvider target = provider(to);
        drain(source);
        try (CopySource reading = source.source(settings(from));
                CopyTarget writing = target.target(settings(to))) {
            return copy(reading, writing, progress);
        }
    }

    private CopyCounts copy(CopySource reading, CopyTarget writing, Consumer<CopyCounts> progress) {
        CopyCounts there = reading.counts();
        Batches batches = new Batches(writing, progress);
        writing.lastNode(reading.lastNode());
        writing.builds(reading.builds());
        writing.lastVersion(reading.lastVersion());
        reading.forEach(batches);
        batches.flush();
        CopyCounts here = writing.counts();
        if (!there.equals(here) || !there.equals(batches.counts())) {
            throw new StoreException("The copy was given up: %s holds %s; read were %s; and %s would hold %s"
                    .formatted(StoreSettings.shown(from), there, batches.counts(), StoreSettings.shown(to), here));
        }
        writing.commit();
        return here;
    }

    /** Sees to it that no run is held: by a living node, or by one that died and was not missed yet. */
    private void drain(CopyProvider source) {
        StoreProvider provider = ServiceLoader.load(StoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.accepts(from))
                .findFirst()
                .orElseThrow(() -> unknown(from));
        try (Store store = provider.open(settings(from))) {
            List<NodeInfo> nodes = store.nodes();
            if (!nodes.isEmpty()) {
                throw new StoreException(
                        "%s is in use by node %d (%s); end all its nodes first, and what triggers runs there"
                                .formatted(
                                        store.url(),
                                        nodes.getFirst().number(),
                                        nodes.getFirst().name()));
            }
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (source.claimed(settings(from)) > 0) {
                if (System.nanoTime() > deadline) {
                    throw new StoreException(
                            "%s still has runs that a node holds; start a node on it, end it, and copy then"
                                    .formatted(store.url()));
                }
                store.recover();
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private static CopyProvider provider(String url) {
        for (CopyProvider provider : ServiceLoader.load(CopyProvider.class)) {
            if (provider.accepts(url)) {
                return provider;
            }
        }
        throw unknown(url);
    }

    private static StoreException unknown(String url) {
        return new StoreException(
                "No store takes the URL '%s'; one looks like jdbc:sqlite:errand.db or jdbc:postgresql://HOST/DATABASE"
                        .formatted(StoreSettings.shown(url)));
    }

    private static StoreSettings settings(String url) {
        return new StoreSettings(url, null, Map.of(), Clock.systemUTC());
    }
}
