package dev.errand.store.postgres;

import java.sql.SQLException;
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

    Desk(Pool pool, Surroundings surroundings) {
        this.pool = pool;
        this.surroundings = surroundings;
    }

    /** Commits when the work is done, and tells whom it concerns. Begins again after a deadlock or a serialization failure. */
    <T extends @Nullable Object> T transact(Work<T> work) {
        return pool.once(database -> transact(database, work));
    }

    private <T extends @Nullable Object> T transact(Database database, Work<T> work) throws SQLException {
        for (int tries = 1; ; tries++) {
            Tx tx = new Tx(database, surroundings.tasks(), surroundings.now(), surroundings.node());
            database.begin();
            try {
                T answer = work.in(tx);
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
