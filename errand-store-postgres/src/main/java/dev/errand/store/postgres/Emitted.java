package dev.errand.store.postgres;

import dev.errand.EmittedItem;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.store.format.ItemPlace;
import dev.errand.store.sql.RunRow;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * What bodies have emitted. Of what was taken the last row of each attempt stays, with a blank for its item, so that what the attempt emits
 * later is numbered on and nobody who reads from a position misses it. All releases pass such rows over.
 */
final class Emitted {
    private static final String OF_LATEST = """
            select item
              from errand.emitted
             where run = ?
               and attempt = (select attempt from errand.emitted where run = ? order by attempt desc limit 1)
               and item <> ' '
             order by position
            """;

    private static final String AFTER = """
            select attempt, position, item
              from errand.emitted
             where run = ? and (attempt, position) > (?, ?) and item <> ' '
             order by attempt, position
             limit ?
            """;

    /** Who takes at the same time waits here, and then finds what is left. */
    private static final String LOCK = AFTER.stripTrailing() + "\n   for update\n";

    private static final String DELETE = """
            delete from errand.emitted e
             where run = ? and (attempt, position) <= (?, ?)
               and position < (select max(l.position) from errand.emitted l where l.run = e.run and l.attempt = e.attempt)
            """;

    private static final String BLANK =
            "update errand.emitted set item = ' ' where run = ? and (attempt, position) <= (?, ?)";

    private Emitted() {}

    static List<Json> ofLatest(Database database, RunId run) throws SQLException {
        return database.sql(OF_LATEST)
                .setObject(Ids.uuid(run))
                .setObject(Ids.uuid(run))
                .list(row -> RunRow.item(row, Ids.FORMS));
    }

    static List<EmittedItem> after(Database database, RunId run, long after, int limit) throws SQLException {
        return list(database.sql(AFTER), run, after, limit);
    }

    static List<EmittedItem> take(Tx tx, RunId run, int limit) throws SQLException {
        List<EmittedItem> taken = list(tx.sql(LOCK), run, 0, limit);
        if (!taken.isEmpty()) {
            ItemPlace last = ItemPlace.of(taken.getLast().position());
            upTo(tx, DELETE, run, last);
            upTo(tx, BLANK, run, last);
        }
        return taken;
    }

    private static List<EmittedItem> list(Sql sql, RunId run, long after, int limit) throws SQLException {
        ItemPlace place = ItemPlace.of(after);
        return sql.setObject(Ids.uuid(run))
                .set((long) place.attempt())
                .set(place.nth())
                .set((long) limit)
                .list(row -> RunRow.emitted(row, Ids.FORMS));
    }

    private static void upTo(Tx tx, String statement, RunId run, ItemPlace last) throws SQLException {
        tx.sql(statement)
                .setObject(Ids.uuid(run))
                .set((long) last.attempt())
                .set(last.nth())
                .update();
    }
}
