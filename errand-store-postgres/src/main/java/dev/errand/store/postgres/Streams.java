package dev.errand.store.postgres;

import java.sql.SQLException;

/**
 * The streams of events, where the order of positions is that of the commits: readers remember how far they have read in each, and never
 * look behind that.
 *
 * <p>A stream is what one lane commits, one transaction after another. When its connection is lost, the server may still be at the
 * last one while the lane goes on over a new connection. So each transaction holds the lock of its stream from before it takes a
 * position until others see what it wrote: the next position is not taken before. It is taken last, so that nobody who holds it
 * waits for anybody, and the server ends who stands still with it.
 */
final class Streams {
    private static final int LANES = 4;
    /** The stream that is the parameter, once no other transaction writes to it. */
    static final String OWN = """
            select stream, pg_advisory_xact_lock(hashtextextended('errand.stream', stream))
              from (select ?::bigint as stream) own""";

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
