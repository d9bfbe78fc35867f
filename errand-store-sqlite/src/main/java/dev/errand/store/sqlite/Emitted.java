package dev.errand.store.sqlite;

import dev.errand.EmittedItem;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.store.format.ItemPlace;
import dev.errand.store.sql.RunRow;
import java.sql.SQLException;
import java.util.List;

/**
 * What bodies have emitted. Of what was taken the last row of each attempt stays, with a blank for its item, so that what the attempt emits
 * later is numbered on and nobody who reads from a position misses it. All releases pass such rows over.
 */
final class Emitted {
    private static final String OF_LATEST = """
            select item
              from emitted join run on run.number = emitted.run
             where run.id = ?1
               and attempt = (select max(attempt) from emitted e join run r on r.number = e.run where r.id = ?1)
               and item <> x'20'
             order by position
            """;

    private static final String AFTER = """
            select attempt, position, item
              from emitted join run on run.number = emitted.run
             where run.id = ? and (attempt, position) > (?, ?) and item <> x'20'
             order by attempt, position
             limit ?
            """;

    private static final String DELETE = """
            delete from emitted
             where run = (select number from run where id = ?)
               and (attempt, position) <= (?, ?)
               and position < (select max(position) from emitted e where e.run = emitted.run and e.attempt = emitted.attempt)
            """;

    private static final String BLANK = """
            update emitted
               set item = x'20'
             where run = (select number from run where id = ?)
               and (attempt, position) <= (?, ?)
            """;

    private Emitted() {}

    static List<Json> ofLatest(Database database, RunId run) throws SQLException {
        return database.sql(OF_LATEST).set(Ids.bytes(run)).list(row -> RunRow.item(row, Ids.FORMS));
    }

    static List<EmittedItem> after(Database database, RunId run, long after, int limit) throws SQLException {
        ItemPlace place = ItemPlace.of(after);
        return database.sql(AFTER)
                .set(Ids.bytes(run))
                .set((long) place.attempt())
                .set(place.nth())
                .set((long) limit)
                .list(row -> RunRow.emitted(row, Ids.FORMS));
    }

    static List<EmittedItem> take(Tx tx, RunId run, int limit) throws SQLException {
        List<EmittedItem> taken = after(tx.database(), run, 0, limit);
        if (!taken.isEmpty()) {
            ItemPlace last = ItemPlace.of(taken.getLast().position());
            upTo(tx, DELETE, run, last);
            upTo(tx, BLANK, run, last);
        }
        return taken;
    }

    private static void upTo(Tx tx, String statement, RunId run, ItemPlace last) throws SQLException {
        tx.sql(statement)
                .set(Ids.bytes(run))
                .set((long) last.attempt())
                .set(last.nth())
                .update();
    }
}
