package dev.errand.store.postgres;

import dev.errand.RunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks over the runs of chunks. Among them are some that have left their chunk, if others have. */
abstract class ChunkWalk implements Walk {
    private static final int MOST_CHUNKS = 10_000;

    private static final String RUNS = """
            select run.id
              from unnest(?::uuid[], ?::uuid[], ?::bigint[]) chunk(first, last, batch)
             cross join lateral (
                 select id
                   from errand.run
                  where id between chunk.first and chunk.last and id < ? and batch = chunk.batch
                  order by id desc
                  limit ?) run
             order by run.id desc
             limit ?
            """;

    /** Likewise, from the oldest. */
    private static final String RUNS_ABOVE = """
            select run.id
              from unnest(?::uuid[], ?::uuid[], ?::bigint[]) chunk(first, last, batch)
             cross join lateral (
                 select id
                   from errand.run
                  where id between chunk.first and chunk.last and id > ? and batch = chunk.batch
                  order by id
                  limit ?) run
             order by run.id
             limit ?
            """;

    private static final String COLUMNS = "select first, last, batch, runs from errand.chunk ";

    /** Those an id falls into. None spans so much that others than near ones could. */
    private static final String WAITING_ACROSS = COLUMNS + """
             where state <> 1 and (state, last) >= (?, ?) and (state, last) < (?, ?) and first < ?
             order by state, last
             limit 10000
            """;

    private static final String WAITING_BELOW = COLUMNS + """
             where state <> 1 and (state, last) >= (?, '00000000-0000-0000-0000-000000000000') and (state, last) < (?, ?)
             order by state desc, last desc
             limit ?
            """;

    private static final String WAITING_ABOVE = COLUMNS + """
             where state <> 1 and (state, last) <= (?, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and (state, last) > (?, ?)
             order by state, last
             limit ?
            """;

    private static final String IN_LINES = """
            select first, last, batch, runs
              from errand.plain_line own
             cross join lateral (
                 select first, last, batch, runs
                   from errand.chunk
                  where line = own.number and position < 9223372036854775807
                  order by line, position, first, single
                  limit ?) chunk
             union all
            select keyed.first, keyed.last, keyed.batch, keyed.runs
              from errand.task_queue place
             cross join lateral (
                 select first, last, batch, runs
                   from errand.chunk
                  where line between place.number::bigint << 40 and (place.number::bigint << 40) + 1099511627775
                    and position < 9223372036854775807
                  order by line, position, first, single
                  limit ?) keyed
             where place.keyed
             limit ?
            """;

    /** What of a chunk is needed here. */
    record Chunk(RunId first, RunId last, long batch, int runs) {
        static Chunk read(ResultSet row) throws SQLException {
            return new Chunk(Ids.of(row.getObject(1)), Ids.of(row.getObject(2)), row.getLong(3), row.getInt(4));
        }

        boolean isAcross(RunId id) {
            return first.compareTo(id) < 0 && last.compareTo(id) >= 0;
        }
    }

    private ChunkWalk() {}

    /** Over those that are not due yet, of this state. As in {@link Walk}, an index's columns are compared at once. */
    static Walk waiting(int state) {
        return new ChunkWalk() {
            @Override
            List<Chunk> across(Database database, RunId id) throws SQLException {
                return database.sql(WAITING_ACROSS)
                        .set((long) state)
                        .setObject(Ids.uuid(id))
                        .set((long) state)
                        .setObject(Whereabouts.latestLast(id))
                        .setObject(Ids.uuid(id))
                        .list(Chunk::read);
            }

            @Override
            List<Chunk> chunks(Database database, Way way, RunId from, int most) throws SQLException {
                return database.sql(way == Way.DOWN ? WAITING_BELOW : WAITING_ABOVE)
                        .set((long) state)
                        .set((long) state)
                        .setObject(Ids.uuid(from))
                        .set((long) most)
                        .list(Chunk::read);
            }
        };
    }

    /** Over those that stand in line or are claimed, which are in no order of ids; null if they are too many to be sorted. */
    static @Nullable Walk inLines(Database database) throws SQLException {
        List<Chunk> chunks = database.sql(IN_LINES)
                .set(MOST_CHUNKS + 1L)
                .set(MOST_CHUNKS + 1L)
                .set(MOST_CHUNKS + 1L)
                .list(Chunk::read);
        if (chunks.size() > MOST_CHUNKS) {
            return null;
        }
        return new ChunkWalk() {
            @Override
            List<Chunk> across(Database database, RunId id) {
                return chunks.stream().filter(chunk -> chunk.isAcross(id)).toList();
            }

            @Override
            List<Chunk> chunks(Database database, Way way, RunId from, int most) {
                return chunks.stream()
                        .filter(chunk -> way.order().compare(from, chunk.last()) < 0)
                        .sorted(Comparator.comparing(Chunk::last, way.order()))
                        .limit(most)
                        .toList();
            }
        };
    }

    /** The chunks an id falls into, other than as their first. */
    abstract List<Chunk> across(Database database, RunId id) throws SQLException;

    /** The chunks whose last run is beyond an id, in the order of these. */
    abstract List<Chunk> chunks(Database database, Way way, RunId from, int most) throws SQLException;

    /** Not only of the chunks that are met in between are runs, but also of those that reach over the upper end. */
    @Override
    public Step next(Database database, Way way, RunId from, int rows) throws SQLException {
        List<Chunk> met = chunks(database, way, from, rows);
        int enough = enough(met, rows);
        List<Chunk> chunks = new ArrayList<>(met.subList(0, enough));
        RunId end = enough == met.size() && met.size() < rows
                ? null
                : chunks.getLast().last();
        RunId upper = way == Way.DOWN ? from : end;
        if (upper != null) {
            chunks.addAll(across(database, upper));
        }
        List<RunId> ids = runs(database, way, chunks, from, rows);
        boolean sooner = ids.size() == rows && (end == null || way.order().compare(ids.getLast(), end) < 0);
        return new Step(ids, sooner ? ids.getLast() : end);
    }

    private static List<RunId> runs(Database database, Way way, List<Chunk> chunks, RunId from, int rows)
            throws SQLException {
        return database.sql(way == Way.DOWN ? RUNS : RUNS_ABOVE)
                .setObject(database.array("uuid", Columns.ids(chunks, Chunk::first)))
                .setObject(database.array("uuid", Columns.ids(chunks, Chunk::last)))
                .setObject(database.array("int8", Columns.longs(chunks, Chunk::batch)))
                .setObject(Ids.uuid(from))
                .set((long) rows)
                .set((long) rows)
                .list(row -> Ids.of(row.getObject(1)));
    }

    /** How many of the chunks hold so many runs. */
    private static int enough(List<Chunk> chunks, int rows) {
        int runs = 0;
        int count = 0;
        while (count < chunks.size() && runs < rows) {
            runs += chunks.get(count++).runs();
        }
        return count;
    }
}
