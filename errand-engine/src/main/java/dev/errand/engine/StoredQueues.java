package dev.errand.engine;

import dev.errand.Limits;
import dev.errand.QueueInfo;
import dev.errand.QueueNotFoundException;
import dev.errand.Queues;
import dev.errand.store.QueueStore;
import java.util.List;

/** The queues of the store, for those who ask the engine. */
final class StoredQueues implements Queues {
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
