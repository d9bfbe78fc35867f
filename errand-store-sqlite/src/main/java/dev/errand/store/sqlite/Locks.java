package dev.errand.store.sqlite;

import dev.errand.LockInfo;
import dev.errand.store.LockAnswer;
import dev.errand.store.LockPlace;
import dev.errand.store.LockRequest;
import dev.errand.store.LockStore;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The lines before locks. A node's places go with its row. */
final class Locks implements LockStore {
    private static final String JOIN_LINE = """
            insert into lock (name, place, node, request, run, attempt, asked)
            select ?1, coalesce((select max(place) from lock where name = ?1), 0) + 1, number, ?2, ?3, ?4, ?5
              from node
             where number = ?6
            returning place
            """;

    private static final String FIRST = "select min(place) from lock where name = ?";
    private static final String LEAVE_LINE = "delete from lock where name = ? and node = ? and request = ?";
    private static final String FORGET = "delete from lock where node = ?";

    private static final String PLACES = """
            select name, request, place = (select min(place) from lock first where first.name = lock.name)
              from lock
             where node = ?
            """;

    private static final String HOLDERS = """
            select name, node, run, attempt, asked, (select count(*) - 1 from lock line where line.name = lock.name)
              from lock
             where place = (select min(place) from lock first where first.name = lock.name)
             order by name
            """;

    private final Writer writer;
    private final Readers readers;
    private final Nodes nodes;

    Locks(Writer writer, Readers readers, Nodes nodes) {
        this.writer = writer;
        this.readers = readers;
        this.nodes = nodes;
    }

    @Override
    public LockAnswer request(LockRequest request) {
        return writer.call(tx -> {
            long place = tx.sql(JOIN_LINE)
                    .set(request.name())
                    .set(request.number())
                    .set(request.run() == null ? null : Ids.bytes(request.run()))
                    .set((long) request.attempt())
                    .set(tx.now())
                    .set(tx.node())
                    .number();
            if (place == 0) {
                return LockAnswer.LOST;
            }
            boolean first = tx.sql(FIRST).set(request.name()).number() == place;
            return first ? LockAnswer.HELD : LockAnswer.WAITING;
        });
    }

    @Override
    public boolean release(LockRequest request) {
        return writer.call(tx -> {
            int left = tx.sql(LEAVE_LINE)
                    .set(request.name())
                    .set(tx.node())
                    .set(request.number())
                    .update();
            if (tx.sql(FIRST).set(request.name()).number() > 0) {
                tx.wake();
            }
            return left > 0;
        });
    }

    /** A node is one no more. */
    static void forget(Tx tx, long node) throws SQLException {
        tx.sql(FORGET).set(node).update();
    }

    @Override
    public List<LockPlace> places() {
        return readers.ask(database -> database.sql(PLACES)
                .set(nodes.self())
                .list(row -> new LockPlace(row.getString(1), row.getLong(2), row.getBoolean(3))));
    }

    @Override
    public List<LockInfo> holders() {
        return readers.ask(database -> database.sql(HOLDERS).list(Locks::holder));
    }

    private static LockInfo holder(ResultSet row) throws SQLException {
        byte[] run = row.getBytes(3);
        return new LockInfo(
                row.getString(1),
                row.getLong(2),
                run == null ? null : Ids.of(run),
                row.getInt(4),
                Times.instant(row.getLong(5)),
                row.getInt(6));
    }
}
