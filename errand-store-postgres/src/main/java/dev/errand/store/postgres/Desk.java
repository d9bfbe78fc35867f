package dev.errand.store.postgres;

import dev.errand.QueueFullException;
import dev.errand.StoreException;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does what is not on a run's trip: operators' requests and upkeep, each in a transaction of its own. Any thread. */
final class Desk {
    private static final int MOST_TRIES = 5;

    /** What is done in a transaction. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T in(Tx tx) throws SQLException;
    }

    private final Pool pool;
    private final Surroundings surroundings;
    private final Semaphore turn = new Semaphore(1, true);

    Desk(Pool pool, Surroundings surroundings) {
        this.pool = pool;
        this.surroundings = surroundings;
    }

    /**
     * As {@link #transact}, for what is asked of one run. It waits while that run ends in a transaction of a user's, so that one is done
     * at a time: the other connection is for the node's beat, and for questions.
     */
    <T extends @Nullable Object> T request(Work<T> work) {
        return inTurn(() -> transact(work));
    }

    /** As {@link #request}, with as many transactions as it takes, one after another. */
    <T extends @Nullable Object> T inTurn(Supplier<T> what) {
        turn.acquireUninterruptibly();
        try {
            return what.get();
        } finally {
            turn.release();
        }
    }

    /**
     * Does once more what it is not known of whether it was done, since the answer was lost: it is to see whether it was. What fails the second
     * time says nothing of the first.
     */
    static <T extends @Nullable Object> T again(Supplier<T> what) {
        try {
            return what.get();
        } catch (StoreException e) {
            if (!PostgresErrors.isOutage(e)) {
                throw e;
            }
            try {
                return what.get();
            } catch (StoreException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    /** Commits when the work is done, unless that gave it up, and tells whom it concerns. Begins again after a deadlock or a serialization failure. */
    <T extends @Nullable Object> T transact(Work<T> work) {
        Supplier<T> answer = pool.once(database -> answer(database, work));
        return answer.get();
    }

    /** That a queue is full is no reason to give up the connection. */
    private <T extends @Nullable Object> Supplier<T> answer(Database database, Work<T> work) throws SQLException {
        try {
            T answer = transact(database, work);
            return () -> answer;
        } catch (QueueFullException e) {
            database.rollback();
            return () -> {
                throw e;
            };
        }
    }

    /** As {@link #transact}, of what may as well be done twice: once more if the connection turns out to be broken. */
    <T extends @Nullable Object> T repeat(Work<T> work) {
        return pool.ask(database -> transact(database, work));
    }

    private <T extends @Nullable Object> T transact(Database database, Work<T> work) throws SQLException {
        for (int tries = 1; ; tries++) {
            Tx tx = new Tx(database, surroundings.tasks(), surroundings.now(), surroundings.node());
            database.begin();
            try {
                T answer = work.in(tx);
                if (tx.isGivenUp()) {
                    database.rollback();
                    return answer;
                }
                tx.finish(Tx.SHARED_STREAM);
                database.commit();
                surroundings.committed(tx.notices());
                return answer;
            } catch (SQLException e) {
                if (tries == MOST_TRIES || !PostgresErrors.isPassing(e)) {
                    throw e;
                }
                database.rollback();
            }
        }
    }
}
