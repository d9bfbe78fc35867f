package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.store.format.Bytes;
import dev.errand.store.format.BytesReader;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Which runs ended, in order: a row per commit and kind with the runs' numbers in it. Retention and the active view read it. What it
 * says was so at the time; who reads it looks at the outcomes too.
 */
final class Finishes {
    /** Kinds, as they are retained. */
    static final int COMPLETED = 0;

    static final int FAILED = 1;
    static final int OTHER = 2;
    static final int KINDS = 3;

    private static final String INSERT = "insert into finish (kind, at, runs) values (?, ?, ?)";
    private static final String RECENT = """
            select position, at, runs
              from finish
             where kind = ? and at > ?
             order by at desc
             limit ?
            """;
    private static final String OLDEST = """
            select position, at, runs
              from finish
             where kind = ? and at <= ?
             order by at
             limit ?
            """;

    private final List<Bytes> kinds = List.of(new Bytes(), new Bytes(), new Bytes());
    private final long[] last = new long[KINDS];
    private final long[] latest = new long[KINDS];

    /** The runs that ended in one commit. */
    record Finish(long position, long at, long[] runs) {}

    static int kind(RunState state) {
        return switch (state) {
            case COMPLETED -> COMPLETED;
            case FAILED, CRASHED -> FAILED;
            default -> OTHER;
        };
    }

    void begin() {
        kinds.forEach(Bytes::clear);
        Arrays.fill(latest, Long.MIN_VALUE);
    }

    void add(long run, RunState state, long ended) {
        int kind = kind(state);
        Bytes runs = kinds.get(kind);
        runs.signed(runs.isEmpty() ? run : run - last[kind]);
        last[kind] = run;
        latest[kind] = Math.max(latest[kind], ended);
    }

    /** None of them ended later than their row says. */
    void write(Database database, long now) throws SQLException {
        for (int kind = 0; kind < KINDS; kind++) {
            Bytes runs = kinds.get(kind);
            if (!runs.isEmpty()) {
                database.sql(INSERT)
                        .set((long) kind)
                        .set(Math.max(now, latest[kind]))
                        .set(runs.toArray())
                        .update();
            }
        }
    }

    /** The newest since then, at most so many commits. */
    static List<Finish> recent(Database database, int kind, long since, int limit) throws SQLException {
        return read(database, RECENT, kind, since, limit);
    }

    /** The oldest until then, at most so many commits. */
    static List<Finish> oldest(Database database, int kind, long until, int limit) throws SQLException {
        return read(database, OLDEST, kind, until, limit);
    }

    private static List<Finish> read(Database database, String text, int kind, long at, int limit) throws SQLException {
        return database.sql(text)
                .set((long) kind)
                .set(at)
                .set((long) limit)
                .list(row -> new Finish(row.getLong(1), row.getLong(2), runs(row.getBytes(3))));
    }

    private static long[] runs(byte[] bytes) {
        BytesReader reader = new BytesReader(bytes);
        LongStream.Builder runs = LongStream.builder();
        long run = 0;
        while (!reader.isAtEnd()) {
            run += reader.signed();
            runs.add(run);
        }
        return runs.build().toArray();
    }
}
