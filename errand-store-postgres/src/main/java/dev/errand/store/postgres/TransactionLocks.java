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

    /** Of those who share it: whether the asking transaction is one, and whether others are. */
    private static final String HOLDERS = """
            select coalesce(bool_or(pid = pg_backend_pid()), false), coalesce(bool_or(pid <> pg_backend_pid()), false)
              from pg_locks
             where locktype = 'advisory' and mode = 'ShareLock' and granted and objsubid = 1
               and database = (select oid from pg_database where datname = current_database())
               and classid::bigint = (? >> 32) & 4294967295 and objid::bigint = ? & 4294967295
            """;

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

    /** Who shares the lock of a run's id, as far as the transaction is concerned in which that is asked. */
    record Holders(boolean self, boolean others) {}

    static Holders holders(Database database, RunId run) throws SQLException {
        return database.sql(HOLDERS)
                .set(key(run))
                .set(key(run))
                .first(row -> new Holders(row.getBoolean(1), row.getBoolean(2)))
                .orElseThrow();
    }

    /**
     * As {@link #awaitFree}, of a transaction that shares the lock itself: until nobody else does.
     *
     * @param database the transaction's
     */
    static boolean awaitOthers(Database database, RunId run, Duration timeout)
            throws SQLException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
        while (holders(database, run).others()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LONGEST_PAUSE_MILLIS);
        }
        return true;
    }

    private static boolean isFree(Database database, long key) throws SQLException {
        return database.sql(TRY).set(key).first(row -> row.getBoolean(1)).orElse(false);
    }
}
