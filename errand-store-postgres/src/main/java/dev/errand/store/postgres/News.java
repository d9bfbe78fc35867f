package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.CommitListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what was committed, here and elsewhere, to all whom it concerns. */
final class News implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(News.class);

    private final Surroundings surroundings;
    private final Pool pool;
    private final Teller teller;
    private final Trip trip;
    private final Nodes nodes;
    private final Notifier notifier;
    private final Listening listening;
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

    News(Connections connections, Surroundings surroundings, Pool pool, Desk desk, Trip trip, Nodes nodes) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.teller = new Teller(desk);
        this.trip = trip;
        this.nodes = nodes;
        this.notifier = new Notifier(surroundings, pool, nodes::peers);
        this.listening = new Listening(surroundings, connections, notifier.sender(), nodes::peers, this::heard);
        surroundings.onCommit(this::committed);
        surroundings.onTimer(() -> tell(CommitListener::requests));
    }

    void start() {
        notifier.start();
    }

    /** From now on there is somebody here to be woken. */
    void listen() {
        listening.start();
    }

    void add(CommitListener listener) {
        listeners.add(listener);
    }

    /** Here. */
    private void committed(Set<Notice> notices) {
        if (notices.contains(Notice.EVENTS)) {
            tell(listener -> listener.events(false));
        }
        if (notices.contains(Notice.REQUESTS)) {
            nodes.requested();
        }
        if (isToLook(notices)) {
            tell(CommitListener::requests);
        }
        tellOfLocksAndValues(notices);
        notifier.tell(notices);
    }

    /** Elsewhere; on the listening thread. */
    private void heard(Set<Notice> notices) {
        if (notices.contains(Notice.EVENTS)
                || notices.contains(Notice.NODES)) { // who is gone may not have told its last
            tell(listener -> listener.events(true));
        }
        try {
            if (notices.contains(Notice.NODES)) {
                nodes.count();
            }
            if (notices.contains(Notice.TASKS)) {
                pool.run(surroundings.tasks()::load);
            }
        } catch (StoreException e) {
            log.atDebug().addKeyValue("reason", e.getMessage()).log("News could not be followed; the next look will");
        }
        if (notices.contains(Notice.UNTOLD)) {
            teller.tell();
        }
        trip.heard(notices);
        if (notices.contains(Notice.REQUESTS)) {
            nodes.requested();
        }
        if (notices.contains(Notice.REQUESTS) || isToLook(notices)) {
            tell(CommitListener::requests);
        }
        tellOfLocksAndValues(notices);
    }

    /** Whether something may have happened that somebody waits for. */
    private static boolean isToLook(Set<Notice> notices) {
        return notices.contains(Notice.AWAITED) || notices.contains(Notice.BEGUN);
    }

    private void tellOfLocksAndValues(Set<Notice> notices) {
        if (notices.contains(Notice.LOCKS)) {
            tell(CommitListener::locks);
        }
        if (notices.contains(Notice.VALUES) || notices.contains(Notice.NODES)) { // the same
            tell(CommitListener::values);
        }
    }

    private void tell(Consumer<CommitListener> news) {
        for (CommitListener listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                log.atWarn().setCause(e).log("A commit listener failed");
            }
        }
    }

    @Override
    public void close() {
        listening.close();
        teller.close();
        notifier.close();
    }
}
