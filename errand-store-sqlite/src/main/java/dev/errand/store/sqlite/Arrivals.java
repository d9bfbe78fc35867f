package dev.errand.store.sqlite;

import dev.errand.store.NewRun;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Between which numbers the runs of a time lie, so that lists of a time need no index on it: numbers are given in the order of
 * arrival, near enough. A row is written once in ten seconds, or every so many runs, with room for those to come.
 */
final class Arrivals {
    private static final long SLOT = TimeUnit.SECONDS.toMicros(10);
    private static final long ROOM = 10_000;
    private static final long LONG_PAST = 360;

    private static final String WIDEN = """
            insert into arrival (slot, first, last) values (?, ?, ?)
                on conflict (slot) do update set first = min(first, excluded.first), last = max(last, excluded.last)
            """;
    private static final String FIRST = "select min(first) from arrival where slot >= ?";
    private static final String LAST = "select max(last) from arrival where slot <= ?";
    private static final String FORGET = """
            delete from arrival
             where slot < ? and last < (select min(number) from run)
            """;

    private long slot = Long.MIN_VALUE;
    private long first;
    private long last;

    /** What was written is not known any more. */
    void reload() {
        slot = Long.MIN_VALUE;
    }

    /** These runs get the numbers from here on. */
    void add(Tx tx, List<NewRun> runs, long from) throws SQLException {
        long to = from + runs.size() - 1;
        TreeSet<Long> slots = new TreeSet<>();
        long known = Long.MIN_VALUE;
        for (NewRun run : runs) {
            long created = Math.floorDiv(Times.micros(run.createdAt()), SLOT);
            if (created != known) {
                known = created;
                slots.add(created);
            }
        }
        for (long one : slots) {
            if (one != slot || from < first || to > last) {
                widen(tx, one, from, to);
            }
        }
    }

    private void widen(Tx tx, long one, long from, long to) throws SQLException {
        tx.sql(WIDEN).set(one).set(from).set(to + ROOM).update();
        slot = one;
        first = from;
        last = to + ROOM;
    }

    /** Forgets slots long past whose runs were all deleted. */
    static int forget(Tx tx) throws SQLException {
        return tx.sql(FORGET).set(Math.floorDiv(tx.now(), SLOT) - LONG_PAST).update();
    }

    /** No run triggered at this time or later has a smaller number; empty if there is no such run. */
    static Optional<Long> firstSince(Database database, long time) throws SQLException {
        return number(database, FIRST, time);
    }

    /** No run triggered at this time or earlier has a greater number; empty if there is no such run. */
    static Optional<Long> lastUntil(Database database, long time) throws SQLException {
        return number(database, LAST, time);
    }

    private static Optional<Long> number(Database database, String text, long time) throws SQLException {
        return database.sql(text)
                .set(Math.floorDiv(time, SLOT))
                .first(row -> Optional.ofNullable(Sql.nullable(row, 1)))
                .flatMap(found -> found);
    }
}
