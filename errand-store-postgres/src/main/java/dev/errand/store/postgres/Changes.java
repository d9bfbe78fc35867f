package dev.errand.store.postgres;

import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code errand.changed} that a node has not looked through. What is deleted of them stays in the table and in its index as long
 * as any transaction is open that began before, which may be for minutes in which values are set all the time: whoever looks from the
 * beginning reads all that, to find nothing.
 *
 * <p>So a node remembers a moment as of which nothing was left: a snapshot of the database. Invariant: of all transactions that were over
 * then, no row is there, nor will be. Looked at is the rest: what is written by those that were open then, however long ago they began, and by
 * all that began later.
 *
 * <p>A server that took another's place may count transactions anew that the other had counted last. So the look that a node takes every five
 * seconds forgets the moment, and what comes next begins at the beginning.
 */
final class Changes {
    /** Before all that there is. */
    static final String BEGINNING = "1:1:";

    /** Ranges of transactions. Two parameters, each the moment. */
    static final String SINCE = """
            (select x as low, x as high from pg_snapshot_xip(?::text::pg_snapshot) x
              union all
             select pg_snapshot_xmax(?::text::pg_snapshot), '18446744073709551615'::xid8) s
            """;

    /** The moment at which this is asked if there is nothing since; null if there is. Parameters as of {@link #SINCE}. */
    static final String NONE_SINCE = """
            case when (select true
                         from <since>
                        cross join lateral (
                            select true from errand.changed where tx between s.low and s.high limit 1) c
                        limit 1) is null
                 then pg_current_snapshot()::text
            end
            """.replace("<since>", SINCE);

    private volatile String moment = BEGINNING;

    /** As of which nothing was left. */
    String moment() {
        return moment;
    }

    /** Nothing is left as of a later one, and what was deleted for that is committed; null if that is not known. */
    void passed(@Nullable String later) {
        if (later != null) {
            moment = later;
        }
    }

    void forget() {
        moment = BEGINNING;
    }

    /** Fills the parameters of {@link #SINCE}. */
    static Sql since(Sql statement, String moment) throws SQLException {
        return statement.set(moment).set(moment);
    }
}
