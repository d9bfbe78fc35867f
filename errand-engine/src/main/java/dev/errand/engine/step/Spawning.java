package dev.errand.engine.step;

import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.Spawn;
import dev.errand.store.Store;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Triggers runs for an attempt, each together with its step. Of one that the store did not answer it is not known whether it was. Any thread. */
final class Spawning {
    private final Store store;
    private final Asking asking;
    private final Consumer<Instant> wakeAt;
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();

    /** @param wakeAt told when they are due */
    Spawning(Store store, Asking asking, Consumer<Instant> wakeAt) {
        this.store = store;
        this.asking = asking;
        this.wakeAt = wakeAt;
    }

    Receipt trigger(Spawn spawn) {
        spawn.runs().forEach(this::wakeFor);
        String key = spawn.step().key();
        if (unanswered.contains(key)) {
            throw new StoreException(
                    "Whether run %s has triggered '%s' is not known, since the store did not answer; the next attempt finds out"
                            .formatted(spawn.claim().run(), spawn.step().name()));
        }
        try {
            return asking.answer(() -> store.spawn(spawn));
        } catch (StoreException e) {
            unanswered.add(key);
            throw e;
        }
    }

    private void wakeFor(NewRun run) {
        if (run.dueAt().isAfter(run.createdAt())) {
            wakeAt.accept(run.dueAt());
        }
        if (run.expiresAt() != null) {
            wakeAt.accept(run.expiresAt());
        }
    }
}
