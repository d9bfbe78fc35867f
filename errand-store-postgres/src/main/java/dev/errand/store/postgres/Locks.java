package dev.errand.store.postgres;

import dev.errand.LockInfo;
import dev.errand.store.LockAnswer;
import dev.errand.store.LockPlace;
import dev.errand.store.LockRequest;
import dev.errand.store.LockStore;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;

/**
 * The lines before locks. Each request is one statement and a transaction of its own, in the middle of which no process stands still.
 * Places of nodes that are gone do not count, whether or not somebody has cleared them away.
 */
final class Locks implements LockStore {
    private static final String JOIN_LINE =
            "select errand.stand_in_line(?, ?, ?, ?, ?::int, coalesce(?::bigint, errand.now()))";

    private static final String LEAVE_LINE = "select stood, others from errand.leave_line(?, ?, ?)";

    private static final String CLEAR = """
            delete from errand.lock l
             where not exists (select from errand.node where number = l.node and gone is null)
            """;

    private static final String STANDING = """
            select l.name, l.request, l.node, l.run, l.attempt, l.asked,
                   row_number() over line,
                   count(*) over (partition by l.name)
              from errand.lock l
              join errand.node n on n.number = l.node and n.gone is null
            window line as (partition by l.name order by l.place)
            """;

    private static final String PLACES =
            "select name, request, row_number = 1 from (" + STANDING + ") standing where node = ?";
    private static final String HOLDERS = """
            select name, node, run, attempt, asked, count - 1 from (%s) standing where row_number = 1 order by name
            """.formatted(STANDING);

    /**
     * What somebody hears who left a line.
     *
     * @param stood whether he stood there until now
     * @param others whether others do
     */
    private record Left(boolean stood, boolean others) {}

    private final Surroundings surroundings;
    private final Pool pool;

    Locks(Surroundings surroundings, Pool pool) {
        this.surroundings = surroundings;
        this.pool = pool;
    }

    @Override
    public LockAnswer request(LockRequest request) {
        return pool.once(database -> database.sql(JOIN_LINE)
                .set(request.name())
                .set(surroundings.node())
                .set(request.number())
                .setObject(request.run() == null ? null : Ids.uuid(request.run()))
                .set((long) request.attempt())
                .set(surroundings.time().given())
                .list(Locks::answer)
                .getFirst());
    }

    private static LockAnswer answer(ResultSet row) throws SQLException {
        boolean first = row.getBoolean(1);
        if (row.wasNull()) {
            return LockAnswer.LOST;
        }
        return first ? LockAnswer.HELD : LockAnswer.WAITING;
    }

    @Override
    public boolean release(LockRequest request) {
        Left left = pool.once(database -> database.sql(LEAVE_LINE)
                .set(request.name())
                .set(surroundings.node())
                .set(request.number())
                .list(row -> new Left(row.getBoolean(1), row.getBoolean(2)))
                .getFirst());
        if (left.others()) {
            surroundings.committed(EnumSet.of(Notice.LOCKS));
        }
        return left.stood();
    }

    /** Clears away places of nodes that are gone. */
    static void clear(Tx tx) throws SQLException {
        if (tx.sql(CLEAR).update() > 0) {
            tx.tell(Notice.LOCKS);
        }
    }

    @Override
    public List<LockPlace> places() {
        return pool.ask(database -> database.sql(PLACES)
                .set(surroundings.node())
                .list(row -> new LockPlace(row.getString(1), row.getLong(2), row.getBoolean(3))));
    }

    @Override
    public List<LockInfo> holders() {
        return pool.ask(database -> database.sql(HOLDERS).list(Locks::holder));
    }

    private static LockInfo holder(ResultSet row) throws SQLException {
        Object run = row.getObject(3);
        return new LockInfo(
                row.getString(1),
                row.getLong(2),
                run == null ? null : Ids.of(run),
                row.getInt(4),
                Times.instant(row.getLong(5)),
                row.getInt(6));
    }
}
