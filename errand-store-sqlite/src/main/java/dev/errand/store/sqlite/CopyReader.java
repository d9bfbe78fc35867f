package dev.errand.store.sqlite;

import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopySource;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Reads all of a file, holding its write lock. */
final class CopyReader implements CopySource {
    private static final String LAST_NODE = "select max(seq) from sqlite_sequence where name = 'node'";
    private static final String CLAIMED = "select count(*) from live where claim is not null";
    private static final String TASKS = "select id, aliases, definition, declared, removed from task order by number";

    private static final String RUNS = """
            select run.id, task.id, run.name, run.tags, run.payload, run.created, run.due, run.priority, run.expires, run.options,
                   live.state, live.due, live.expires, live.attempt, live.redeliveries, live.suspect,
                   outcome.state, outcome.attempt, outcome.claim, outcome.started, outcome.ended, outcome.redeliveries,
                   outcome.output, outcome.failure, outcome.reason, outcome.retriable
              from run
              join task on task.number = run.task
              left join live on live.number = run.number
              left join outcome on outcome.number = run.number
             order by run.number
            """;

    private static final String ATTEMPTS = """
            select run.id, attempt.attempt, attempt.claim, attempt.started, attempt.ended, attempt.failure, attempt.by_hand
              from attempt join run on run.number = attempt.run
            """;
    private static final String NOTES = """
            select run.id, note.done, note.total, note.metadata
              from note join run on run.number = note.run
            """;
    private static final String EMITTED = """
            select run.id, emitted.attempt, emitted.position, emitted.item
              from emitted join run on run.number = emitted.run
            """;
    private static final String LINES = """
            select run.id, line.position, line.at, line.attempt, line.level, line.message
              from line join run on run.number = line.run
            """;

    private final Location location;
    private final Database database;

    private CopyReader(Location location, Database database) {
        this.location = location;
        this.database = database;
    }

    static CopyReader open(Location location) {
        Database database = null;
        try {
            database = Database.writer(location);
            Opening.lock(database);
            Contents.refuseIfInUse(location, database);
            if (database.number(CLAIMED) > 0) {
                throw new StoreException(
                        "%s has runs that a node holds; end all its nodes first".formatted(location.url()));
            }
            return new CopyReader(location, database);
        } catch (SQLException | RuntimeException e) {
            Opening.discard(database);
            throw SqliteErrors.toThrow(location, e);
        }
    }

    private interface Part {
        void read() throws SQLException;
    }

    private void tell(Part part) {
        try {
            part.read();
        } catch (SQLException e) {
            throw SqliteErrors.explain(location, e);
        }
    }

    @Override
    public CopyCounts counts() {
        CopyCounts[] counts = {CopyCounts.NONE};
        tell(() -> counts[0] = Contents.counts(database));
        return counts[0];
    }

    @Override
    public long lastNode() {
        long[] last = {0};
        tell(() -> last[0] = database.number(LAST_NODE));
        return last[0];
    }

    @Override
    public void forEach(Consumer<Kept> taker) {
        tell(() -> {
            database.sql(TASKS).each(row -> taker.accept(task(row)));
            database.sql(RUNS).each(row -> taker.accept(run(row)));
            database.sql(ATTEMPTS).each(row -> taker.accept(attempt(row)));
            database.sql(NOTES).each(row -> taker.accept(note(row)));
            database.sql(EMITTED)
                    .each(row -> taker.accept(
                            new Kept.Emitted(Ids.of(row.getBytes(1)), row.getInt(2), row.getLong(3), row.getBytes(4))));
            database.sql(LINES).each(row -> taker.accept(line(row)));
        });
    }

    private static Kept task(ResultSet row) throws SQLException {
        return new Kept.Task(
                row.getString(1),
                JsonReader.texts(row.getString(2)),
                row.getString(3),
                Times.instant(Sql.nullable(row, 4)),
                row.getInt(5) != 0);
    }

    private static Kept run(ResultSet row) throws SQLException {
        NewRun run = new NewRun(
                Ids.of(row.getBytes(1)),
                row.getString(2),
                row.getString(3),
                JsonReader.texts(row.getString(4)),
                row.getBytes(5),
                Times.instant(row.getLong(6)),
                Times.instant(row.getLong(7)),
                row.getInt(8),
                Times.instant(Sql.nullable(row, 9)),
                Documents.options(row.getString(10)));
        Long waiting = Sql.nullable(row, 11);
        Long ended = Sql.nullable(row, 17);
        if ((waiting == null) == (ended == null)) {
            throw new StoreException(
                    "The run %s cannot be copied: the store does not know where it stands".formatted(run.id()));
        }
        return new Kept.Run(run, waiting == null ? ended(row) : waiting(row));
    }

    private static Kept.Standing waiting(ResultSet row) throws SQLException {
        return new Kept.Waiting(
                States.of(row.getInt(11)),
                Times.instant(row.getLong(12)),
                Times.instant(Sql.nullable(row, 13)),
                row.getInt(14),
                row.getInt(15),
                row.getInt(16) != 0);
    }

    private static Kept.Standing ended(ResultSet row) throws SQLException {
        return new Kept.Ended(
                States.of(row.getInt(17)),
                row.getInt(18),
                Sql.nullable(row, 19),
                Times.instant(Sql.nullable(row, 20)),
                Times.instant(row.getLong(21)),
                row.getInt(22),
                row.getBytes(23),
                Documents.failure(row.getString(24)),
                row.getString(25),
                row.getInt(26) != 0);
    }

    private static Kept attempt(ResultSet row) throws SQLException {
        return new Kept.PastAttempt(
                Ids.of(row.getBytes(1)),
                row.getInt(2),
                row.getLong(3),
                Times.instant(row.getLong(4)),
                Times.instant(row.getLong(5)),
                Documents.failure(row.getString(6)),
                row.getInt(7) != 0);
    }

    private static Kept note(ResultSet row) throws SQLException {
        return new Kept.Note(Ids.of(row.getBytes(1)), progress(row), row.getString(4));
    }

    private static @Nullable Progress progress(ResultSet row) throws SQLException {
        Long done = Sql.nullable(row, 2);
        return done == null ? null : new Progress(done, row.getLong(3));
    }

    private static Kept line(ResultSet row) throws SQLException {
        return new Kept.Line(
                Ids.of(row.getBytes(1)),
                new LogLine(
                        row.getLong(2),
                        Times.instant(row.getLong(3)),
                        row.getInt(4),
                        Level.intToLevel(row.getInt(5)),
                        row.getString(6)));
    }

    /** Nothing was written, so that there is nothing to commit. */
    @Override
    public void close() {
        tell(database::close);
    }
}
