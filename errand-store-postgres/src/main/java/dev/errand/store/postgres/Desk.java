package dev.errand.store.postgres;

import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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
    private final TaskNumbers tasks;
    private final Clock clock;
    private final LongSupplier node;
    private final Consumer<Set<Notice>> committed;

    Desk(Pool pool, TaskNumbers tasks, Clock clock, LongSupplier node, Consumer<Set<Notice>> committed) {
        this.pool = pool;
        this.tasks = tasks;
        this.clock = clock;
        this.node = node;
        this.committed = committed;
    }

    /** Commits when the work is done, and tells whom it concerns. Begins again after a deadlock or a serialization failure. */
    <T extends @Nullable Object> T transact(Work<T> work) {
        return pool.once(database -> transact(database, work));
    }

    private <T extends @Nullable Object> T transact(Database database, Work<T> work) throws SQLException {
        for (int tries = 1; ; tries++) {
            Tx tx = new Tx(database, tasks, Times.micros(clock.instant()), node.getAsLong());
            database.begin();
            try {
                T answer = work.in(tx);
                tx.finish(Tx.SHARED_STREAM);
                database.commit();
                committed.accept(tx.notices());
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
