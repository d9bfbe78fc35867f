package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.NewRun;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How readers wait for runs of transactions still open: such a transaction shares an advisory lock until it ends, and the run's id says
 * which. It is one lock for all ids that a process made within 128 ms, so that a transaction that triggers many takes few. A reader
 * tries to have it alone, for the length of a statement.
 */
final class TransactionLocks {
    private static final String TRY = "select pg_try_advisory_xact_lock(?)";
    private static final long FIRST_PAUSE_MILLIS = 2;
    private static final long LONGEST_PAUSE_MILLIS = 50;

    private final Pool pool;

    TransactionLocks(Pool pool) {
        this.pool = pool;
    }

    /** The keys of the locks to share; as the function {@code lock_of} computes them. */
    static Long[] keys(List<NewRun> runs) {
        return runs.stream().map(run -> key(run.id())).distinct().toArray(Long[]::new);
    }

    private static long key(RunId id) {
        return key(id.high(), id.low());
    }

    /** Of an id by its two halves. */
    static long key(long high, long low) {
        long slice = high >>> 16 >>> 7;
        return (low << 6) ^ slice;
    }

    boolean awaitFree(RunId run, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + Math.min(TimeUnit.NANOSECONDS.convert(timeout), Long.MAX_VALUE / 2);
        long pause = FIRST_PAUSE_MILLIS;
        while (!pool.ask(database -> isFree(database, key(run)))) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(Math.min(pause, left));
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
        return true;
    }

    private static boolean isFree(Database database, long key) throws SQLException {
        return database.sql(TRY).set(key).first(row -> row.getBoolean(1)).orElse(false);
    }
}
