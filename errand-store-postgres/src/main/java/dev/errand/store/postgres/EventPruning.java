package dev.errand.store.postgres;

import dev.errand.Retention;
import dev.errand.store.format.Times;
import dev.errand.store.sql.LogSize;
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

    /** How many events there are in each slice of positions from one on. */
    private static final String SLICES = """
            select e.position / %d, sum(e.events)::bigint
              from (%s) s
             cross join lateral (
                 select position, events
                   from errand.event
                  where (stream, position) >= (s.stream, ?) and (stream, position) <= (s.stream, 9223372036854775807)) e
             group by 1
            """.formatted(LogSize.SLICE, EventLog.STREAMS);

    private static final String ROWS = """
            select e.position, e.events
              from (%s) s
             cross join lateral (
                 select position, events
                   from errand.event
                  where (stream, position) >= (s.stream, ?) and (stream, position) <= (s.stream, ?)
                  order by stream, position
                  limit %d) e
             order by e.position desc
            """.formatted(EventLog.STREAMS, LogSize.SLICE);

    /**
     * One at a time, and before anything else is locked: a database trigger locks durable subscriptions with the first of the deletes, which
     * another that prunes would be waited for with. Whoever finds another at it leaves it to that one.
     */
    private static final String ALONE = "select pg_try_advisory_xact_lock(hashtextextended('errand.prune', 0))";

    private static final int ANOTHER = -1;

    private static final String DELETE = "delete from errand.event where stream = ? and position <= ?";

    private static final String DELETE_NODES = """
            delete from errand.node
             where gone < ?
               and not exists (select 1 from errand.event where stream between node.number * 4 + 1 and node.number * 4 + 3)
            """;

    private static final String ANY_GONE = "select exists (select 1 from errand.node where gone < ?)";

    private record Old(long stream, long position) {}

    private record Counted(Tx tx) implements LogSize.Log {
        @Override
        public List<LogSize.Part> slices(long from) throws SQLException {
            return tx.sql(SLICES).set(from).list(LogSize.Part::read);
        }

        @Override
        public List<LogSize.Part> rows(long from, long upTo) throws SQLException {
            return tx.sql(ROWS).set(from).set(upTo).list(LogSize.Part::read);
        }
    }

    private final Desk desk;
    private final LogSize size = new LogSize();

    EventPruning(Desk desk) {
        this.desk = desk;
    }

    /** @param counts whether to look how many there are; that can wait while there are runs to be deleted */
    void prune(Retention retention, boolean counts) {
        long begun = System.nanoTime();
        Long most = counts ? retention.mostEvents() : null;
        long tooMany = most == null ? 0 : desk.transact(tx -> size.tooMany(most, new Counted(tx)));
        int deleted = SLICE;
        while (deleted >= SLICE && System.nanoTime() - begun < LONGEST) {
            deleted = desk.transact(tx -> slice(tx, retention.events(), tooMany));
        }
        if (deleted < SLICE && deleted != ANOTHER) {
            size.deleted(tooMany);
        }
    }

    /** Answers how many of the fullest stream were deleted, or that another is at it. */
    private static int slice(Tx tx, @Nullable Duration stay, long tooMany) throws SQLException {
        if (!tx.sql(ALONE).first(row -> row.getBoolean(1)).orElse(false)) {
            return ANOTHER;
        }
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
