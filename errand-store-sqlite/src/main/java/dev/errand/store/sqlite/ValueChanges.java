package dev.errand.store.sqlite;

import dev.errand.store.format.JsonText;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;

/**
 * Has those go on who wait for a value that has changed: those who have read another version of it than it has now.
 *
 * <p>In one transaction only some are marked, so that nobody waits for the lock for longer the more there are. That there may be more is
 * written down with that, and who keeps time marks them, some with each of his turns; what it is that they have read tells them from those who
 * begin to wait meanwhile, and how often the value changes until then does not matter. Of tokens all who wait are marked at once: one ends but
 * once, and processes of the version before would not know of the others.
 */
final class ValueChanges {
    private static final int MOST = 1000;
    private static final int NAMES = 100;

    static final String MARK = """
            update awaited
               set state = 2
             where kind = 2 and subject = ?1
               and run in (select run from awaited where kind = 2 and subject = ?1 and state = 0 and version <> ?2 limit ?3)
            returning run, armed
            """;

    private static final String LEAVE = "insert into changed (name) values (?) on conflict do nothing";
    private static final String LEFT = "select name from changed limit ?";
    private static final String DONE = "delete from changed where name = ?";

    /** How many may be marked yet in this transaction. */
    private int room = MOST;

    /** A transaction begins. */
    void begin() {
        room = MOST;
    }

    /**
     * The value was changed just now.
     *
     * @param version that it has now; 0 if there is none any more
     * @param marked takes rows of awaited, of which the columns are run and armed
     * @return whether more may wait
     */
    boolean changed(Tx tx, String name, long version, Sql.Visitor marked) throws SQLException {
        if (markAll(tx, name, version, marked)) {
            return false;
        }
        tx.sql(LEAVE).set(name).update();
        return true;
    }

    /** Marks more of those that were left. Answers whether there may be more. */
    boolean markLeft(Tx tx, Sql.Visitor marked) throws SQLException {
        List<String> names = tx.sql(LEFT).set((long) NAMES).list(row -> row.getString(1));
        for (String name : names) {
            if (!markAll(tx, name, Values.version(tx, name), marked)) {
                return true;
            }
            tx.sql(DONE).set(name).update();
        }
        return names.size() == NAMES;
    }

    /** Of which values more are to hear that they changed: as JSON, what they are awaited as in hexadecimal. */
    static String left(Database database) throws SQLException {
        List<String> names = database.sql(LEFT).set(Long.MAX_VALUE).list(row -> row.getString(1));
        return JsonText.of(names.stream()
                .map(name -> HexFormat.of().withUpperCase().formatHex(Ids.bytes(Ids.value(name))))
                .toList());
    }

    /** Whether nobody is left. */
    private boolean markAll(Tx tx, String name, long version, Sql.Visitor marked) throws SQLException {
        int[] marks = {0};
        tx.sql(MARK)
                .set(Ids.bytes(Ids.value(name)))
                .set(version)
                .set((long) room)
                .each(row -> {
                    marks[0]++;
                    marked.visit(row);
                });
        boolean all = marks[0] < room;
        room -= marks[0];
        return all;
    }
}
