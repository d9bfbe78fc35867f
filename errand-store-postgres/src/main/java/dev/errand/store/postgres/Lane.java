package dev.errand.store.postgres;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a connection of its own, on which it commits one transaction after another: what many callers want at the same time
 * shares a commit. What it writes to its stream of events is in the order of its commits. A connection that breaks is replaced; until
 * that works, the lane tries again after pauses that grow to two seconds.
 */
abstract class Lane {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);

    private final String name;
    private final Connections connections;
    private final Thread thread;
    private @Nullable Database database;
    private long pause = FIRST_PAUSE;
    private long tryBegan;
    private volatile boolean resting;
    private volatile boolean closing;
    private volatile boolean abandoned;

    Lane(String name, Connections connections) {
        this.name = name;
        this.connections = connections;
        this.thread = Thread.ofPlatform().name("errand-store-" + name).daemon().unstarted(this::work);
    }

    final void start() {
        thread.start();
    }

    /** Does something of what there is to do, if anything. */
    abstract void turn(Database database) throws SQLException;

    /** Whether there is something to do now. */
    abstract boolean hasWork();

    /** How long to rest if nobody wakes the lane. */
    abstract long restNanos();

    /** There is no connection, or a turn has failed for a reason of the database's. The work is still to be done. */
    abstract void outage(Throwable cause);

    /** Nothing will be done any more. */
    abstract void ended();

    final void wake() {
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether the caller is this lane. */
    final boolean isOwnThread() {
        return thread.equals(Thread.currentThread());
    }

    /** When the turn that is being tried began, or the connection for it; by {@link System#nanoTime()}, on the lane's thread. */
    final long tryBegan() {
        return tryBegan;
    }

    final boolean isClosing() {
        return closing;
    }

    /** Does what waits, then ends. */
    final void close() {
        closing = true;
        end();
    }

    /** As if the process had died: does nothing more. */
    final void abandon() {
        abandoned = true;
        closing = true;
        end();
    }

    private void end() {
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (!abandoned && !(closing && !hasWork())) {
            if (hasWork()) {
                tryTurn();
            } else {
                rest();
            }
        }
        ended();
        dropConnection();
    }

    private void tryTurn() {
        tryBegan = System.nanoTime();
        try {
            turn(connection());
            pause = FIRST_PAUSE;
        } catch (SQLException e) {
            stumble(e);
        } catch (RuntimeException | Error e) {
            log.atError().addKeyValue("lane", name).setCause(e).log("The store stumbled");
            stumble(e);
        }
    }

    private void stumble(Throwable cause) {
        dropConnection();
        outage(cause);
        if (!closing) {
            LockSupport.parkNanos(this, pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
    }

    private Database connection() throws SQLException {
        if (database == null) {
            database = connections.openToWork(Plans.FEW);
        }
        return database;
    }

    private void dropConnection() {
        if (database != null) {
            database.close();
            database = null;
        }
    }

    private void rest() {
        resting = true;
        if (!hasWork() && !closing) {
            LockSupport.parkNanos(this, restNanos());
        }
        resting = false;
    }
}
