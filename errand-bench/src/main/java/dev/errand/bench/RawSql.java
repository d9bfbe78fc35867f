package dev.errand.bench;

import dev.errand.RunId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;

/**
 * What plain SQL reaches: a table of jobs as a careful program would write it without an engine, as durable as ours, in the fewest and
 * largest statements. One connection, since SQLite lets one write at a time; not thread-safe.
 *
 * <p>A drain claims and moves to history in one transaction for each thousand jobs: it reads ids and payloads, inserts the history
 * with the indexes that ours has, and deletes. Nothing could die between claim and end here, nothing is decoded or carried out,
 * and there are no events, attempts or fences: this is the ceiling, not a rival.
 */
final class RawSql implements AutoCloseable {
    static final int BATCH = 1_000;

    private static final String SCHEMA = """
            create table job (
                number  integer primary key,
                id      blob    not null,
                task    integer not null,
                created integer not null,
                due     integer not null,
                payload blob    not null
            );
            create index job_due on job (due);
            create table history (
                number  integer primary key,
                id      blob    not null,
                task    integer not null,
                created integer not null,
                due     integer not null,
                payload blob    not null,
                state   integer not null,
                attempt integer not null,
                started integer not null,
                ended   integer not null,
                output  blob    not null
            );
            create unique index history_id on history (id);
            create index history_task on history (task, number);
            create index history_ended on history (state, ended)
            """;

    private static final String INSERT = "insert into job (id, task, created, due, payload) values %s";

    private static final String ROW = "(?, 1, ?, ?, ?)";

    private static final String CLAIM =
            "select number, id, payload from job where due <= ? order by due, number limit ?";

    private static final String MOVE = """
            insert into history
            select number, id, task, created, due, payload, 5, 1, ?, ?, '{"number":' || number || ',"ok":true}'
              from job
             where due <= ?
             order by due, number
             limit ?
            """;

    private static final String DELETE = """
            delete from job
             where number in (select number from job where due <= ? order by due, number limit ?)
            """;

    private final Connection connection;
    private final PreparedStatement insertOne;
    private final PreparedStatement insertMany;
    private final PreparedStatement claim;
    private final PreparedStatement move;
    private final PreparedStatement delete;

    RawSql(Path file) throws SQLException {
        connection = DriverManager.getConnection(Arena.url(file));
        execute("pragma journal_mode = wal");
        execute("pragma synchronous = full");
        execute("pragma cache_size = -64000");
        execute("pragma wal_autocheckpoint = 16000"); // as large a log as the engine lets grow
        execute(SCHEMA);
        connection.setAutoCommit(false);
        insertOne = connection.prepareStatement(INSERT.formatted(ROW));
        insertMany = connection.prepareStatement(INSERT.formatted(String.join(", ", Collections.nCopies(BATCH, ROW))));
        claim = connection.prepareStatement(CLAIM);
        move = connection.prepareStatement(MOVE);
        delete = connection.prepareStatement(DELETE);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql); // of several statements too
        }
    }

    String version() throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion();
    }

    /** One job in a commit of its own. */
    void trigger(byte[] payload) throws SQLException {
        bind(insertOne, 1, payload);
        insertOne.executeUpdate();
        connection.commit();
    }

    /** Jobs a thousand to a statement and a commit; answers how many it stored each second. */
    double trigger(byte[][] payloads) throws SQLException {
        long start = System.nanoTime();
        for (int from = 0; from + BATCH <= payloads.length; from += BATCH) {
            int parameter = 1;
            for (int i = from; i < from + BATCH; i++) {
                parameter = bind(insertMany, parameter, payloads[i]);
            }
            insertMany.executeUpdate();
            connection.commit();
        }
        return Clocks.perSecond(payloads.length, start);
    }

    private static int bind(PreparedStatement insert, int first, byte[] payload) throws SQLException {
        long now = Clocks.micros();
        int parameter = first;
        insert.setBytes(parameter++, id());
        insert.setLong(parameter++, now);
        insert.setLong(parameter++, now);
        insert.setBytes(parameter++, payload);
        return parameter;
    }

    private static byte[] id() {
        RunId id = RunId.next(); // grows, as ours do: random ids would make the index slower
        return ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array();
    }

    /** Claims all jobs and moves them to history; answers how many it did each second. */
    double drain(int jobs) throws SQLException {
        long start = System.nanoTime();
        int done = 0;
        for (int claimed = BATCH; claimed > 0; done += claimed) {
            claimed = claimAndMove();
        }
        double rate = Clocks.perSecond(done, start);
        if (done != jobs) {
            throw new IllegalStateException("Plain SQL moved %,d of %,d jobs".formatted(done, jobs));
        }
        return rate;
    }

    private int claimAndMove() throws SQLException {
        long now = Clocks.micros();
        int claimed = 0;
        claim.setLong(1, now);
        claim.setInt(2, BATCH);
        try (ResultSet rows = claim.executeQuery()) {
            while (rows.next()) {
                rows.getBytes(2);
                rows.getBytes(3);
                claimed++;
            }
        }
        move.setLong(1, now);
        move.setLong(2, now);
        move.setLong(3, now);
        move.setInt(4, BATCH);
        int moved = move.executeUpdate();
        delete.setLong(1, now);
        delete.setInt(2, BATCH);
        if (moved != claimed || delete.executeUpdate() != claimed) {
            throw new IllegalStateException("Plain SQL claimed %,d jobs and moved %,d".formatted(claimed, moved));
        }
        connection.commit();
        return claimed;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
