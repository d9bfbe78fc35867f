package dev.errand.store.sql;

import dev.errand.BulkKind;
import dev.errand.BulkState;
import dev.errand.RunId;
import dev.errand.store.BulkEntry;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.JsonText;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BatchRows.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements about bulk actions, of which all stores keep tables alike. They name the schema {@code errand}. */
public final class BulkRows {
    private static final String BEGIN = """
            insert into errand.bulk_action (id, name, kind, filter, state, listed, total, success, failure, created, until)
            values (?, ?, ?, ?, ?, 0, 0, 0, 0, ?, 0)
                on conflict (id) do nothing
            """;
    private static final String ALL = """
            select id, name, kind, filter, state, place, listed, pending, total, success, failure, created, ended
              from errand.bulk_action
            """;
    private static final String FIND = ALL + "where id = ?";
    private static final String LIST = ALL + "where id < ? order by id desc limit ?";
    private static final String OPEN = """
            select id from errand.bulk_action where state = 'PENDING' and (holder = ? or until < ?) order by id limit 1
            """;
    private static final String TAKE = """
            update errand.bulk_action
               set holder = ?, until = ?
             where id = ? and state = 'PENDING' and (holder = ? or until < ?)
            """;
    private static final String SAVE = """
            update errand.bulk_action
               set state = ?, place = ?, listed = ?, pending = ?, total = ?, success = ?, failure = ?, ended = ?, until = ?
             where id = ? and holder = ? and state = 'PENDING'
            """;
    private static final String RELEASE =
            "update errand.bulk_action set until = 0 where holder = ? and state = 'PENDING'";
    private static final String ABORT =
            "update errand.bulk_action set state = 'ABORTED', ended = ? where id = ? and state = 'PENDING'";
    private static final String PRUNE = "delete from errand.bulk_action where state <> 'PENDING' and ended < ?";
    /** Greater than all ids. */
    private static final String LAST = "~";

    private BulkRows() {}

    public static int begin(Statements statements, BulkEntry action) throws SQLException {
        return statements
                .sql(BEGIN)
                .set(action.id())
                .set(action.name())
                .set(action.kind().name())
                .set(action.filter())
                .set(action.state().name())
                .set(Times.micros(action.createdAt()))
                .update();
    }

    public static Optional<BulkEntry> find(Statements statements, String id) throws SQLException {
        return statements.sql(FIND).set(id).first(BulkRows::read);
    }

    public static List<BulkEntry> list(Statements statements, String before, int limit) throws SQLException {
        return statements
                .sql(LIST)
                .set(before.isEmpty() ? LAST : before)
                .set((long) limit)
                .list(BulkRows::read);
    }

    /** It is read only once it is taken: who held it until then may have kept something meanwhile. */
    public static Optional<BulkEntry> take(Statements statements, String holder, long now, long lease)
            throws SQLException {
        String id = statements
                .sql(OPEN)
                .set(holder)
                .set(now)
                .first(row -> row.getString(1))
                .orElse(null);
        if (id == null) {
            return Optional.empty();
        }
        int taken = statements
                .sql(TAKE)
                .set(holder)
                .set(now + lease)
                .set(id)
                .set(holder)
                .set(now)
                .update();
        return taken == 0
                ? Optional.empty()
                : find(statements, id).filter(action -> action.state() == BulkState.PENDING);
    }

    public static boolean save(Statements statements, BulkEntry action, String holder, long until) throws SQLException {
        return statements
                        .sql(SAVE)
                        .set(action.state().name())
                        .set(action.place())
                        .set(action.listed() ? 1L : 0L)
                        .set(pending(action.pending()))
                        .set(action.total())
                        .set(action.success())
                        .set(action.failure())
                        .set(Times.microsOrNull(action.endedAt()))
                        .set(until)
                        .set(action.id())
                        .set(holder)
                        .update()
                > 0;
    }

    private static @Nullable String pending(List<RunId> runs) {
        return runs.isEmpty()
                ? null
                : JsonText.of(runs.stream().map(RunId::toString).toList());
    }

    public static int release(Statements statements, String holder) throws SQLException {
        return statements.sql(RELEASE).set(holder).update();
    }

    public static boolean abort(Statements statements, String id, long now) throws SQLException {
        statements.sql(ABORT).set(now).set(id).update();
        return find(statements, id).isPresent();
    }

    public static int prune(Statements statements, long before) throws SQLException {
        return statements.sql(PRUNE).set(before).update();
    }

    private static BulkEntry read(ResultSet row) throws SQLException {
        return new BulkEntry(
                row.getString(1),
                row.getString(2),
                BulkKind.valueOf(row.getString(3)),
                row.getString(4),
                BulkState.valueOf(row.getString(5)),
                row.getString(6),
                row.getLong(7) != 0,
                JsonReader.texts(row.getString(8)).stream().map(RunId::of).toList(),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                Times.instant(row.getLong(12)),
                Times.instant(Sql.nullable(row, 13)));
    }
}
