package dev.errand.store.sqlite;

import dev.errand.store.NewRun;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Between which numbers the runs of a time lie, so that lists of a time need no index on it: numbers are given in the order of
 * arrival, near enough. A row is written once a minute, or every so many runs, with room for those to come.
 */
final class Arrivals {
    private static final long MINUTE = TimeUnit.MINUTES.toMicros(1);
    private static final long ROOM = 10_000;

    private static final String WIDEN = """
            insert into arrival (minute, first, last) values (?, ?, ?)
                on conflict (minute) do update set first = min(first, excluded.first), last = max(last, excluded.last)
            """;
    private static final String FIRST = "select min(first) from arrival where minute >= ?";
    private static final String LAST = "select max(last) from arrival where minute <= ?";
    private static final String FORGET = """
            delete from arrival
             where minute < ? and last < (select min(number) from run)
            """;

    private long minute = Long.MIN_VALUE;
    private long first;
    private long last;

    /** What was written is not known any more. */
    void reload() {
        minute = Long.MIN_VALUE;
    }

    /** These runs get the numbers from here on. */
    void add(Tx tx, List<NewRun> runs, long from) throws SQLException {
        long to = from + runs.size() - 1;
        TreeSet<Long> minutes = new TreeSet<>();
        long known = Long.MIN_VALUE;
        for (NewRun run : runs) {
            long created = Math.floorDiv(Times.micros(run.createdAt()), MINUTE);
            if (created != known) {
                known = created;
                minutes.add(created);
            }
        }
        for (long one : minutes) {
            if (one != minute || from < first || to > last) {
                widen(tx, one, from, to);
            }
        }
    }

    private void widen(Tx tx, long one, long from, long to) throws SQLException {
        tx.sql(WIDEN).set(one).set(from).set(to + ROOM).update();
        minute = one;
        first = from;
        last = to + ROOM;
    }

    /** Forgets minutes long past whose runs were all deleted. */
    static int forget(Tx tx) throws SQLException {
        return tx.sql(FORGET).set(Math.floorDiv(tx.now(), MINUTE) - 60).update();
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
                .set(Math.floorDiv(time, MINUTE))
                .first(row -> Optional.ofNullable(Sql.nullable(row, 1)))
                .flatMap(found -> found);
    }
}
