package dev.errand.store.postgres;

import dev.errand.StoreException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two connections for questions and for operators' requests, opened when needed; the second is closed when it no longer is. While those are busy
 * there is a third when the node has to say that it lives, and a fourth for who tells of events, here or to others.
 */
final class Pool implements AutoCloseable {
    private static final int MOST = 2;
    /** A server that does not answer within that has gone, and so has its network: there is time to ask again before the lease ends. */
    private static final int BEAT_MILLIS = 4_000;

    private static final long SPARE_FOR = TimeUnit.SECONDS.toNanos(10);
    /** To open one takes the server and us so long, about; the one that is in use is free again before that, mostly. */
    private static final long PATIENCE_MILLIS = 10;

    /** A connection that nobody uses since then. */
    private record Idle(Database database, long since) {}

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T with(Database database) throws SQLException;
    }

    /** The same without an answer. */
    @FunctionalInterface
    interface Task {
        void with(Database database) throws SQLException;
    }

    private final Settings settings;
    private final Connections connections;
    private final Semaphore room = new Semaphore(MOST);
    private final Semaphore beats = new Semaphore(1);
    private final Semaphore news = new Semaphore(1);
    private final LinkedBlockingDeque<Idle> idle = new LinkedBlockingDeque<>();
    private final ExecutorService hands = hands();
    private volatile boolean closed;

    Pool(Settings settings, Connections connections) {
        this.settings = settings;
        this.connections = connections;
    }

    /** As many threads as connections, however many virtual threads ask at a time; none after a while without questions. */
    private static ExecutorService hands() {
        ThreadPoolExecutor hands = new ThreadPoolExecutor(
                MOST,
                MOST,
                SPARE_FOR,
                TimeUnit.NANOSECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("errand-store-question").daemon().factory());
        hands.allowCoreThreadTimeOut(true);
        return hands;
    }

    /** Each statement a transaction of its own. A connection that turns out to be broken is replaced, and the question asked again. */
    <T extends @Nullable Object> T ask(Work<T> work) {
        try {
            return on(work);
        } catch (SQLException e) {
            if (!PostgresErrors.isOutage(e)) {
                throw PostgresErrors.explain(settings, e);
            }
        }
        return once(work);
    }

    /** As {@link #ask}, for what says that this node lives: it waits for no other question, and not long for an answer. */
    <T extends @Nullable Object> T beat(Work<T> work) {
        return askAhead(beats, database -> database.within(BEAT_MILLIS, work));
    }

    /** As {@link #ask}, for what others wait for who are told of events: it waits for no other question. */
    <T extends @Nullable Object> T askAhead(Work<T> work) {
        return askAhead(news, work);
    }

    private <T extends @Nullable Object> T askAhead(Semaphore turns, Work<T> work) {
        try {
            try {
                return here(turns, work);
            } catch (SQLException e) {
                if (!PostgresErrors.isOutage(e)) {
                    throw e;
                }
            }
            return here(turns, work);
        } catch (SQLException e) {
            throw PostgresErrors.explain(settings, e);
        }
    }

    /** As {@link #ask}, without an answer. */
    void run(Task task) {
        ask(database -> {
            task.with(database);
            return true;
        });
    }

    /** As {@link #ask}, but never twice. */
    <T extends @Nullable Object> T once(Work<T> work) {
        try {
            return on(work);
        } catch (SQLException e) {
            throw PostgresErrors.explain(settings, e);
        }
    }

    private <T extends @Nullable Object> T on(Work<T> work) throws SQLException {
        return Thread.currentThread().isVirtual() ? carried(work) : here(room, work);
    }

    /** An interrupt closes the socket that a virtual thread reads, so that platform threads ask for these. */
    private <T extends @Nullable Object> T carried(Work<T> work) throws SQLException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        hands.execute(() -> {
            try {
                answer.complete(here(room, work));
            } catch (SQLException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private <T extends @Nullable Object> T here(Semaphore turns, Work<T> work) throws SQLException {
        turns.acquireUninterruptibly();
        @Nullable Database database = null;
        boolean sound = false;
        try {
            database = take();
            T answer = work.with(database);
            sound = true;
            return answer;
        } catch (SQLException e) {
            if (PostgresErrors.isOutage(e)) {
                closeIdle(); // they broke with this one, most likely
            }
            throw e;
        } finally {
            if (database != null) {
                giveBack(database, sound);
            }
            turns.release();
        }
    }

    private Database take() throws SQLException {
        if (closed) {
            throw new StoreException("The store " + settings.shownUrl() + " is closed");
        }
        Idle free = idle.poll();
        if (free == null && room.availablePermits() == 0) {
            free = awaitOther();
        }
        return free == null ? connections.openToWork(Plans.MANY) : free.database();
    }

    private @Nullable Idle awaitOther() {
        try {
            return idle.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void giveBack(Database database, boolean sound) {
        if (sound && !closed) {
            database.tidy();
            closeSpare();
            idle.push(new Idle(database, System.nanoTime()));
        } else {
            database.close();
        }
    }

    /** Waits for what is being done. */
    @Override
    public void close() {
        closed = true;
        room.acquireUninterruptibly(MOST);
        beats.acquireUninterruptibly();
        news.acquireUninterruptibly();
        try {
            closeIdle();
        } finally {
            news.release();
            beats.release();
            room.release(MOST);
        }
    }

    private void closeIdle() {
        for (Idle next = idle.poll(); next != null; next = idle.poll()) {
            next.database().close();
        }
    }

    private void closeSpare() {
        Idle spare = idle.peekLast();
        if (spare != null && System.nanoTime() - spare.since() > SPARE_FOR && idle.remove(spare)) {
            spare.database().close();
        }
    }
}
