package dev.errand.engine;

import dev.errand.engine.keep.Heartbeat;
import dev.errand.engine.lock.Locks;
import dev.errand.spi.EngineSettings;
import dev.errand.store.Store;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** This process as one of the store's nodes, and the locks it holds as such. One that never works is none until it needs to be. */
final class Membership implements AutoCloseable {
    private final EngineSettings settings;
    private final Store store;
    private final Supplier<Set<String>> served;
    private final IntSupplier concurrency;
    private final Locks locks;
    private final Heartbeat heartbeat;
    private volatile long node;

    Membership(EngineSettings settings, Store store, Supplier<Set<String>> served, IntSupplier concurrency) {
        this.settings = settings;
        this.store = store;
        this.served = served;
        this.concurrency = concurrency;
        this.locks = new Locks(store.locks(), this::joinToWatch);
        this.heartbeat = new Heartbeat(store, this::join, locks::loseAll);
    }

    /** Its number; 0 while it is none. */
    long node() {
        return node;
    }

    Locks locks() {
        return locks;
    }

    synchronized void join() {
        locks.loseAll(); // those of the node that this process was
        node = store.join(NodeName.of(settings), concurrency.getAsInt(), settings.version());
        store.serve(served.get());
    }

    /** One that only watches becomes a node when there is something to be woken for. */
    void joinToWatch() {
        if (node == 0) {
            joinOnce();
        }
    }

    private synchronized void joinOnce() {
        if (node == 0) {
            join();
            heartbeat.start();
        }
    }

    /** What it serves is other than before. */
    void tasksChanged() {
        if (node != 0) {
            store.serve(served.get());
        }
    }

    @Override
    public void close() {
        locks.close();
        heartbeat.close();
    }
}
