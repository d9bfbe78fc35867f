package dev.errand.layout;

import java.sql.SQLException;
import java.util.List;

/** A turn of one candidate in a round, in databases that nobody has used. The log's bytes include the whole pages that follow a checkpoint. */
final class Turn {
    private static final int MOST_KEYS = 10_000;
    private static final int RUNS_OF_A_KEY = 10;
    private static final int DRAINS_BESIDE_SNAPSHOT = 3;

    private final Server server;
    private final Candidate candidate;
    private final int count;
    private final Figures figures;

    Turn(Server server, Candidate candidate, int count, Figures figures) {
        this.server = server;
        this.candidate = candidate;
        this.count = count;
        this.figures = figures;
    }

    void measure() throws Exception {
        try (Arena arena = warm()) {
            bulk(arena);
            oneByOne(arena);
            keyed(arena);
            figures.verified(arena.verified());
        }
        try (Arena arena = warm()) {
            besideSnapshot(arena);
            figures.verified(arena.verified());
        }
    }

    /** Drains what was stored just now, in a database that has a history. */
    static void withHistory(Server server, Arena arena, int count, Figures figures) throws Exception {
        List<NewRun> runs = arena.plain(count);
        arena.bulk(runs);
        server.checkpoint();
        figures.add(Metric.DRAIN_HISTORY, arena.drain(runs));
        figures.verified(arena.verified());
    }

    private Arena warm() throws Exception {
        Arena arena = new Arena(server, candidate);
        List<NewRun> runs = arena.plain(Math.max(1, count / 10));
        arena.bulk(runs);
        arena.drain(runs);
        return arena;
    }

    /** Where a measurement begins. */
    private record Start(double log, long bytes, long dead) {}

    private Start start(Arena arena) throws SQLException {
        long dead = arena.deadVersions();
        long bytes = arena.bytes();
        server.checkpoint();
        return new Start(server.log(), bytes, dead);
    }

    private void bulk(Arena arena) throws Exception {
        List<NewRun> runs = arena.plain(count);
        Start start = start(arena);
        figures.add(Metric.BULK, arena.bulk(runs));
        server.checkpoint();
        figures.add(Metric.DRAIN, arena.drain(runs));
        figures.add(Metric.LOG_BULK, (server.log() - start.log) / count);
        figures.add(Metric.KEPT, (arena.bytes() - start.bytes) / (double) count);
        figures.add(Metric.DEAD, (arena.deadVersions() - start.dead) / (double) count);
    }

    private void oneByOne(Arena arena) throws Exception {
        List<NewRun> runs = arena.plain(Math.max(1, count / 4));
        Start start = start(arena);
        figures.add(Metric.ONE_BY_ONE, arena.oneByOne(runs));
        server.checkpoint();
        figures.add(Metric.DRAIN_SINGLES, arena.drain(runs));
        figures.add(Metric.LOG_SINGLES, (server.log() - start.log) / runs.size());
        figures.add(Metric.DEAD_SINGLES, (arena.deadVersions() - start.dead) / (double) runs.size());
    }

    private void keyed(Arena arena) throws Exception {
        int keys = Math.clamp(count / RUNS_OF_A_KEY, 1, MOST_KEYS);
        List<NewRun> inTurn = arena.keyed(keys * RUNS_OF_A_KEY, keys, 1);
        Start start = start(arena);
        figures.add(Metric.BULK_KEYED, arena.bulk(inTurn));
        server.checkpoint();
        figures.add(Metric.DRAIN_KEYED, arena.drain(inTurn));
        figures.add(Metric.LOG_KEYED, (server.log() - start.log) / inTurn.size());
        List<NewRun> together = arena.keyed(keys * RUNS_OF_A_KEY, keys, RUNS_OF_A_KEY);
        arena.bulk(together);
        server.checkpoint();
        figures.add(Metric.DRAIN_TOGETHER, arena.drain(together));
    }

    /** The last of some drains in a row, each of which leaves behind what dies in it. */
    private void besideSnapshot(Arena arena) throws Exception {
        long before = arena.bytes();
        try (Db snapshot = arena.openSnapshot()) {
            double rate = 0;
            for (int drain = 0; drain < DRAINS_BESIDE_SNAPSHOT; drain++) {
                List<NewRun> runs = arena.plain(count);
                arena.bulk(runs);
                server.checkpoint();
                rate = arena.drain(runs);
            }
            figures.add(Metric.DRAIN_SNAPSHOT, rate);
            figures.add(Metric.KEPT_SNAPSHOT, (arena.bytes() - before) / (double) (count * DRAINS_BESIDE_SNAPSHOT));
            figures.add(Metric.HOT_TABLE, arena.hotTable() / 1e6);
            figures.add(Metric.HOT_INDEXES, arena.hotIndexes() / 1e6);
            snapshot.commit(); // it was open all the time
        }
    }
}
