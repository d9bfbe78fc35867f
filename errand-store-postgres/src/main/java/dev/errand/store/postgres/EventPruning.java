package dev.errand.store.postgres;

import dev.errand.Retention;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Deletes events past their retention, and the nodes that are long gone and of which nothing is told any more. */
final class EventPruning {
    private static final long NODES_STAY = TimeUnit.DAYS.toMicros(7);
    private static final int SLICE = 1_000;
    /** Whoever prunes has to say now and then that its node lives. */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(2);

    /** How far each stream is to be deleted, a slice of each. */
    private static final String OLD = """
            select e.stream, max(e.position)
              from (%s) s
             cross join lateral (
                 select stream, position, at
                   from errand.event
                  where %s
                  order by stream, position
                  limit ?) e
             where e.at < ? or e.position <= ?
             group by e.stream
             order by e.stream
            """.formatted(EventLog.STREAMS, EventLog.OF_STREAM);

    /** The newest commit, of whatever stream, with which there are more events than these. */
    private static final String TOO_MANY = """
            select position
              from (select position, sum(events) over (order by position desc) as newest from errand.event) counted
             where newest > ?
             order by position desc
             limit 1
            """;

    private static final String DELETE = "delete from errand.event where stream = ? and position <= ?";

    private static final String DELETE_NODES = """
            delete from errand.node
             where gone < ?
               and not exists (select 1 from errand.event where stream between node.number * 4 + 1 and node.number * 4 + 3)
            """;

    private static final String ANY_GONE = "select exists (select 1 from errand.node where gone < ?)";

    private record Old(long stream, long position) {}

    private EventPruning() {}

    /** @param counts whether to look how many there are; that takes a while, and can wait while there are runs to be deleted */
    static void prune(Desk desk, Retention retention, boolean counts) {
        long begun = System.nanoTime();
        Long most = counts ? retention.mostEvents() : null;
        long tooMany = most == null
                ? 0
                : desk.transact(tx -> tx.sql(TOO_MANY).set(most).number());
        while (desk.transact(tx -> slice(tx, retention.events(), tooMany)) == SLICE
                && System.nanoTime() - begun < LONGEST) {
            // The next slice.
        }
    }

    /** Answers how many of the fullest stream were deleted. */
    private static int slice(Tx tx, @Nullable Duration stay, long tooMany) throws SQLException {
        List<Old> streams = tx.sql(OLD)
                .set((long) SLICE)
                .set(stay == null ? Long.MIN_VALUE : tx.now() - Times.micros(stay))
                .set(tooMany)
                .list(row -> new Old(row.getLong(1), row.getLong(2)));
        int most = 0;
        for (Old old : streams) {
            most = Math.max(
                    most, tx.sql(DELETE).set(old.stream()).set(old.position()).update());
        }
        return most;
    }

    /** Deletes the nodes. */
    static void nodes(Tx tx) throws SQLException {
        long until = tx.now() - NODES_STAY;
        boolean any =
                tx.sql(ANY_GONE).set(until).first(row -> row.getBoolean(1)).orElse(false);
        if (any) {
            tx.sql(DELETE_NODES).set(until).update();
        }
    }
}
