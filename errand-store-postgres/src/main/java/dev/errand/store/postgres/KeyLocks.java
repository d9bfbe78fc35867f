package dev.errand.store.postgres;

import dev.errand.store.KeyHash;
import dev.errand.store.sql.KeyedBatch.Kind;
import dev.errand.store.sql.KeyedBatch.TriggerKey;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * The advisory locks of keys: who wants a key has its lock alone until the transaction ends, and shares that of the key's task. The
 * server has room for some thousands of locks in all, so who wants many keys at once has the locks of their tasks alone instead.
 *
 * @param shared in an order that is the same for all
 * @param alone likewise
 */
record KeyLocks(long[] shared, long[] alone) {
    private static final int MOST_KEYS = 500;

    /** "Errk", above all numbers of tasks. */
    private static final long OF_TASKS = 0x4572726BL << 32;

    /** In a transaction of ours: should this node freeze with the locks, the server soon ends it. */
    private static final String TRY = """
            select coalesce((select bool_and(pg_try_advisory_xact_lock_shared(k)) from unnest(?::bigint[]) k), true)
               and coalesce((select bool_and(pg_try_advisory_xact_lock(k)) from unnest(?::bigint[]) k), true),
                   set_config('idle_in_transaction_session_timeout', '%d', true)
            """.formatted(Connections.LONGEST_IDLE_MILLIS);

    private static final String LOCK = """
            select pg_advisory_xact_lock_shared(k)::text from unnest(?::bigint[]) k
            union all
            select pg_advisory_xact_lock(k)::text from unnest(?::bigint[]) k
            """;

    static KeyLocks of(List<TriggerKey> keys, TaskNumbers tasks) {
        long[] ofTasks = keys.stream()
                .mapToLong(key -> OF_TASKS + number(key, tasks))
                .distinct()
                .sorted()
                .toArray();
        if (keys.size() > MOST_KEYS) {
            return new KeyLocks(new long[0], ofTasks);
        }
        long[] ofKeys = keys.stream()
                .mapToLong(key -> ofKey(number(key, tasks), key.kind(), key.hash()))
                .sorted()
                .toArray();
        return new KeyLocks(ofTasks, ofKeys);
    }

    /** Of one idempotency key. */
    static KeyLocks of(int task, KeyHash key) {
        return new KeyLocks(new long[] {OF_TASKS + task}, new long[] {ofKey(task, Kind.IDEMPOTENCY, key)});
    }

    /** As the function {@code errand.trigger_once} computes it. */
    private static long ofKey(int task, Kind kind, KeyHash hash) {
        return hash.high() ^ (2L * task + kind.number());
    }

    static int number(TriggerKey key, TaskNumbers tasks) {
        Integer number = tasks.find(key.task());
        if (number == null) {
            throw new IllegalStateException("the task '" + key.task() + "' has no number");
        }
        return number;
    }

    /** Whether nobody else has one of them. If somebody has, some may be taken all the same, until this transaction ends. */
    boolean tryAll(Database database) throws SQLException {
        return fill(database, TRY).first(row -> row.getBoolean(1)).orElse(false);
    }

    /** Waits for all. */
    void await(Database database) throws SQLException {
        fill(database, LOCK).each(row -> {});
    }

    private Sql fill(Database database, String statement) throws SQLException {
        return database.sql(statement)
                .setObject(database.array("int8", shared))
                .setObject(database.array("int8", alone));
    }
}
