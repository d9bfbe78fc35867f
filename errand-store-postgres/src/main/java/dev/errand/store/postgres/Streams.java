package dev.errand.store.postgres;

import java.sql.SQLException;

/** The streams of events: what one connection writes, where the order of positions is that of the commits. */
final class Streams {
    private static final int LANES = 4;
    /** Takes the lock of the shared stream. Who then stands still is not waited for: the server ends the transaction. */
    static final String LOCK = """
            pg_advisory_xact_lock(hashtextextended('errand.event', 0)),
            set_config('idle_in_transaction_session_timeout', '%d', true)""".formatted(Connections.LONGEST_IDLE_MILLIS);

    private static final String LOCK_SHARED = "select " + LOCK;

    private Streams() {}

    static long enqueue(long node) {
        return node * LANES + 1;
    }

    static long record(long node) {
        return node * LANES + 2;
    }

    /** Those who share stream 0 commit one after another. */
    static void lockShared(Database database) throws SQLException {
        database.sql(LOCK_SHARED).each(row -> {});
    }
}
