package dev.errand.engine.task;

import dev.errand.QueueNotFoundException;
import dev.errand.store.QueueEntry;
import dev.errand.store.QueueStore;
import dev.errand.store.limits.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The queues there are: those that the store has, and some that are about to be declared. One thread at a time. */
public final class KnownQueues {
    private final QueueStore store;
    private final Set<String> known = new HashSet<>();

    /** Those that the store has. */
    public KnownQueues(QueueStore store) {
        this(store, List.of());
    }

    KnownQueues(QueueStore store, List<QueueEntry> coming) {
        this.store = store;
        coming.forEach(queue -> known.add(Scope.key(queue.name())));
    }

    /**
     * Looks whether there is a queue of this name, ignoring case.
     *
     * @throws QueueNotFoundException if nobody declared it
     */
    public void require(String name) {
        String key = Scope.key(name);
        if (known.contains(key)) {
            return;
        }
        if (store.find(name).isEmpty()) {
            throw new QueueNotFoundException(name);
        }
        known.add(key);
    }
}
