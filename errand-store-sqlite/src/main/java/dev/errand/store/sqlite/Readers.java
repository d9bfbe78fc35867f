package dev.errand.store.sqlite;

import dev.errand.StoreException;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A few connections for questions, opened when first needed; one of them for who tells of events, and waits for no other. */
final class Readers implements AutoCloseable {
    private static final int MOST = 4;

    /** Asks the database. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Database database) throws SQLException;
    }

    private final Location location;
    private final Semaphore room = new Semaphore(MOST);
    private final Semaphore ahead = new Semaphore(1);
    private final ConcurrentLinkedDeque<Database> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    Readers(Location location) {
        this.location = location;
    }

    <T> T ask(Question<T> question) {
        return ask(room, question);
    }

    /** As {@link #ask}, but that it waits for nobody who asks so. */
    <T> T askAhead(Question<T> question) {
        return ask(ahead, question);
    }

    private <T> T ask(Semaphore turns, Question<T> question) {
        turns.acquireUninterruptibly();
        @Nullable Database database = null;
        try {
            database = take();
            return question.ask(database);
        } catch (SQLException e) {
            if (database != null) {
                database.forgetStatements();
            }
            throw SqliteErrors.explain(location, e);
        } finally {
            if (database != null) {
                database.tidy();
                idle.push(database);
            }
            turns.release();
        }
    }

    private Database take() throws SQLException {
        if (closed) {
            throw new StoreException("The store " + location.url() + " is closed");
        }
        Database free = idle.poll();
        return free == null ? Database.reader(location) : free;
    }

    /** Waits for questions that are being answered. */
    @Override
    public void close() {
        closed = true;
        room.acquireUninterruptibly(MOST);
        ahead.acquireUninterruptibly();
        try {
            for (Database database = idle.poll(); database != null; database = idle.poll()) {
                database.close();
            }
        } catch (SQLException e) {
            throw SqliteErrors.explain(location, e);
        } finally {
            ahead.release();
            room.release(MOST);
        }
    }
}
