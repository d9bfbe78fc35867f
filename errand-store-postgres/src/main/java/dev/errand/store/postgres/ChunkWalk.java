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

    private static final String COLUMNS = "select first, last, batch, runs from errand.chunk ";

    /** Those the top falls into. None spans so much that others than near ones could. */
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

        boolean isAcross(RunId top) {
            return first.compareTo(top) < 0 && last.compareTo(top) >= 0;
        }
    }

    private ChunkWalk() {}

    /** Over those that are not due yet, of this state. As in {@link Walk}, an index's columns are compared at once. */
    static Walk waiting(int state) {
        return new ChunkWalk() {
            @Override
            List<Chunk> across(Database database, RunId top) throws SQLException {
                return database.sql(WAITING_ACROSS)
                        .set((long) state)
                        .setObject(Ids.uuid(top))
                        .set((long) state)
                        .setObject(Whereabouts.latestLast(top))
                        .setObject(Ids.uuid(top))
                        .list(Chunk::read);
            }

            @Override
            List<Chunk> chunksBelow(Database database, RunId top, int most) throws SQLException {
                return database.sql(WAITING_BELOW)
                        .set((long) state)
                        .set((long) state)
                        .setObject(Ids.uuid(top))
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
        chunks.sort(Comparator.comparing(Chunk::last).reversed());
        return new ChunkWalk() {
            @Override
            List<Chunk> across(Database database, RunId top) {
                return chunks.stream().filter(chunk -> chunk.isAcross(top)).toList();
            }

            @Override
            List<Chunk> chunksBelow(Database database, RunId top, int most) {
                return chunks.stream()
                        .filter(chunk -> chunk.last().compareTo(top) < 0)
                        .limit(most)
                        .toList();
            }
        };
    }

    /** The chunks the top falls into. */
    abstract List<Chunk> across(Database database, RunId top) throws SQLException;

    /** The chunks that end below the top, the last first. */
    abstract List<Chunk> chunksBelow(Database database, RunId top, int most) throws SQLException;

    @Override
    public Step below(Database database, RunId top, int rows) throws SQLException {
        List<Chunk> below = chunksBelow(database, top, rows);
        int enough = enough(below, rows);
        boolean end = enough == below.size() && below.size() < rows;
        List<Chunk> chunks = new ArrayList<>(below.subList(0, enough));
        RunId bottom = end ? null : chunks.getLast().last();
        chunks.addAll(across(database, top));
        List<RunId> ids = database.sql(RUNS)
                .setObject(database.array("uuid", Columns.ids(chunks, Chunk::first)))
                .setObject(database.array("uuid", Columns.ids(chunks, Chunk::last)))
                .setObject(database.array("int8", Columns.longs(chunks, Chunk::batch)))
                .setObject(Ids.uuid(top))
                .set((long) rows)
                .set((long) rows)
                .list(row -> Ids.of(row.getObject(1)));
        if (ids.size() == rows && (bottom == null || ids.getLast().compareTo(bottom) > 0)) {
            bottom = ids.getLast();
        }
        return new Step(ids, bottom);
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
