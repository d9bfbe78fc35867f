package dev.errand.store.postgres;

import dev.errand.store.format.States;
import dev.errand.store.postgres.Chunks.NewChunk;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What all parts of the store share: the clock, the tasks' numbers, who this process is, and whom commits are told. */
final class Surroundings {
    private final Settings settings;
    private final Time time;
    private final TaskNumbers tasks = new TaskNumbers();
    private final Changes changes = new Changes();
    private final List<Consumer<Set<Notice>>> listeners = new CopyOnWriteArrayList<>();
    private volatile long node;
    private volatile Runnable keeper = () -> {};

    Surroundings(Settings settings, Time time) {
        this.settings = settings;
        this.time = time;
    }

    /**
     * Makes the tables or brings them up to date, and reads what this process has to know first.
     *
     * @param known the schema that this code knows, see {@link Migrations#apply}
     */
    void read(Connections connections, int known) {
        try (Database database = connections.open()) {
            Migrations.apply(settings, database, known);
            time.read(database);
            tasks.load(database);
        } catch (SQLException | RuntimeException e) {
            throw PostgresErrors.toThrow(settings, e);
        }
    }

    Settings settings() {
        return settings;
    }

    Time time() {
        return time;
    }

    /** In microseconds, by the store's clock. */
    long now() {
        return time.now();
    }

    TaskNumbers tasks() {
        return tasks;
    }

    /** What this process has looked through. */
    Changes changes() {
        return changes;
    }

    /** This process's number as a node; 0 while it is none. */
    long node() {
        return node;
    }

    void becomeNode(long number) {
        node = number;
    }

    /** Calls with what was committed here; on the thread that did it. */
    void onCommit(Consumer<Set<Notice>> listener) {
        listeners.add(listener);
    }

    /** Who asks when there is something to do next. */
    void onTimer(Runnable keeper) {
        this.keeper = keeper;
    }

    /** Something is to be looked at later. By a clock that somebody sets no timer of ours goes: the keeper has to ask. */
    void later() {
        if (time.given() != null) {
            keeper.run();
        }
    }

    void committed(Set<Notice> notices) {
        if (!notices.isEmpty()) {
            listeners.forEach(listener -> listener.accept(notices));
        }
    }

    /** New runs are stored. */
    void enqueued(List<NewChunk> chunks, boolean claimed) {
        Set<Notice> notices = EnumSet.of(Notice.EVENTS);
        for (NewChunk chunk : chunks) {
            if (chunk.state == States.DELAYED || chunk.expires != null) {
                notices.add(Notice.REQUESTS);
            }
            if (chunk.state == States.QUEUED && !claimed) {
                notices.add(chunk.priority > 0 ? Notice.OLD_WORK : Notice.WORK);
            }
        }
        committed(notices);
    }
}
