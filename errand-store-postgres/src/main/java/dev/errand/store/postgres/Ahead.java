package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Counts the runs in front of a queued one: those of the chunks before its own, and those before it in its own. */
final class Ahead {
    private static final String PLACE = """
            select coalesce(run.line, run.task), standing.position, standing.first, standing.single, standing.batch, standing.dirty
              from (select * from errand.run where id = ?) run
             cross join lateral (
                 select position, first, single, batch, dirty, claim, started
                   from (select *
                           from errand.chunk
                          where single and first = run.id
                          union all
                         select *
                           from errand.chunk
                          where not single and line = coalesce(run.line, run.task) and position = run.position
                            and first between ? and run.id and last >= run.id and batch = run.batch) row
                  where (select true from errand.outcome where run = run.id limit 1) is null
                  order by single desc
                  limit 1) standing
             where standing.claim = 0 and standing.position < 9223372036854775807
            """;

    /** Of dirty chunks, which may hold fewer, each run is looked at; of all others it is enough to know how many they are. */
    private static final String BEFORE = """
            select coalesce(sum(
                     case when c.dirty and not c.single
                          then (select count(*)
                                  from errand.run r
                                 where r.id between c.first and c.last and r.batch = c.batch
                                   and (select true from errand.outcome where run = r.id limit 1) is null
                                   and (select true from errand.chunk where single and first = r.id limit 1) is null)
                          else c.runs
                     end), 0)
              from unnest(?::bigint[]) own(number)
             cross join lateral (
                 select first, last, batch, dirty, single, runs
                   from errand.chunk
                  where line = own.number and position <= ? and (position < ? or first < ?) and claim = 0
                  order by line, position, first, single
                  limit ?) c
            """;

    /** In the line of its key, or else in all that have no key. */
    private static final String LINES = """
            select number from errand.plain_line where ?::bigint < 1::bigint << 40
             union all
            select ?::bigint where ?::bigint >= 1::bigint << 40
            """;

    private static final String WITHIN = """
            select count(*)
              from errand.run
             where id >= ? and id < ? and batch = ?
               and (select true from errand.outcome where run = run.id limit 1) is null
               and (select true from errand.chunk where single and first = run.id limit 1) is null
            """;

    private record Place(long line, long position, UUID first, boolean single, long batch) {
        static Place read(ResultSet row) throws SQLException {
            return new Place(
                    row.getLong(1), row.getLong(2), (UUID) row.getObject(3), row.getBoolean(4), row.getLong(5));
        }
    }

    private Ahead() {}

    static int count(Database database, RunId run, int atMost) throws SQLException {
        Place place = place(database, run);
        if (place == null) {
            return 0;
        }
        List<Long> lines = database.sql(LINES)
                .set(place.line())
                .set(place.line())
                .set(place.line())
                .list(row -> row.getLong(1));
        return count(database, run, place, lines, atMost);
    }

    /** In these lines, of which its own is one. */
    static int count(Database database, RunId run, List<Long> lines, int atMost) throws SQLException {
        Place place = place(database, run);
        return place == null ? 0 : count(database, run, place, lines, atMost);
    }

    private static @Nullable Place place(Database database, RunId run) throws SQLException {
        return database.sql(PLACE)
                .setObject(Ids.uuid(run))
                .setObject(Whereabouts.earliestFirst(run))
                .first(Place::read)
                .orElse(null);
    }

    private static int count(Database database, RunId run, Place place, List<Long> lines, int atMost)
            throws SQLException {
        long before = database.sql(BEFORE)
                .setObject(database.array("bigint", lines.toArray()))
                .set(place.position())
                .set(place.position())
                .setObject(place.first())
                .set((long) atMost)
                .number();
        if (before < atMost && !place.single()) {
            Sql within = database.sql(WITHIN).setObject(place.first()).setObject(Ids.uuid(run));
            before += within.set(place.batch()).number();
        }
        return (int) Math.min(before, atMost);
    }
}
