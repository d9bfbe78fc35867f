package dev.errand.store.sqlite;

import dev.errand.store.CommitListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to hear of commits: in this process, and the nodes of others. */
final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Runnable others = () -> {};

    void add(CommitListener listener) {
        listeners.add(listener);
    }

    /** How other processes are told. */
    void others(Runnable ping) {
        others = ping;
    }

    void committed(boolean foreign) {
        each(listener -> {
            listener.events(foreign);
            if (foreign) {
                listener.requests();
                listener.locks();
                listener.values();
            }
        });
    }

    /** Another process says that it has committed something: the log can be read while the writer is at something else. */
    void told() {
        each(listener -> listener.events(true));
    }

    /** There is something for this process to look at. */
    void requested() {
        each(CommitListener::requests);
    }

    /** This process has changed some. */
    void valuesChanged() {
        each(CommitListener::values);
    }

    private void each(Consumer<CommitListener> call) {
        for (CommitListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                log.atWarn().setCause(e).log("A commit listener failed");
            }
        }
    }

    void tellOthers() {
        others.run();
    }
}
