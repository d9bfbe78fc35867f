package dev.errand.store.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Deletes what was sent to runs that are gone: by transactions of users' that were open when these were deleted. The mailboxes are looked through by their
 * names, and from the beginning again after the last: each signal has one.
 */
final class SignalPruning {
    private static final String NEXT = """
            select name
              from errand.value
             where name > ? and name < chr(1) || 'signal;'
             order by name
             limit ?
            """;

    /** Whose run is gone. What a transaction has that is still open is left for another time. */
    private static final String GONE = """
            select v.run
              from (select distinct substr(name, 9, 32)::uuid as run from unnest(?::text[]) n(name)) v
             where (select true from errand.run where id = v.run limit 1) is null
            """;

    private static final String DELETE_SIGNALS = "delete from errand.signal where run = any(?::uuid[])";

    private static final String DELETE_MAILBOXES = """
            delete from errand.value
             where ctid = any(array(
                select o.place
                  from unnest(?::text[]) u(name)
                 cross join lateral (select ctid as place from errand.value where name = u.name for update skip locked) o
                 where substr(u.name, 9, 32)::uuid = any(?::uuid[])))
            """;

    private static final String BEGINNING = "\u0001signal:";

    /** A user's value may be named so since before there were signals. */
    private static final Predicate<String> MAILBOX =
            Pattern.compile(BEGINNING + "[0-9a-f]{32}:").asPredicate();

    private String place = BEGINNING;

    /** Looks at the next, at most so many. Answers whether there are more, and it is worth the while to look at these at once. */
    boolean prune(Tx tx, int most) throws SQLException {
        List<String> names = tx.sql(NEXT).set(place).set((long) most).list(row -> row.getString(1));
        boolean found = false;
        List<String> mailboxes = names.stream().filter(MAILBOX).toList();
        if (!mailboxes.isEmpty()) {
            Object all = tx.array("text", mailboxes.toArray());
            List<Object> gone = tx.sql(GONE).setObject(all).list(row -> row.getObject(1));
            found = !gone.isEmpty();
            if (found) {
                Object runs = tx.array("uuid", gone.toArray());
                tx.sql(DELETE_SIGNALS).setObject(runs).update();
                tx.sql(DELETE_MAILBOXES).setObject(all).setObject(runs).update();
            }
        }
        boolean more = names.size() == most;
        place = more ? names.getLast() : BEGINNING;
        return more && found;
    }
}
