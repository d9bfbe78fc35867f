package dev.errand.store.postgres;

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
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Reads all of a schema, keeping others from writing. */
final class CopyReader implements CopySource {
    private static final int ROWS_AT_A_TIME = 200;

    private static final String LAST_NODE = "select last_node from errand.upkeep";
    private static final String CLAIMED = "select count(*) from errand.chunk where claim <> 0";
    private static final String TASKS =
            "select id, aliases, definition, declared, removed from errand.task order by number";

    /** A chunk's due time is its runs': they came together. */
    private static final String RUNS = """
            with waiting as materialized (
                select r.id, case when k.position = 9223372036854775807 then k.state else 1 end as state, k.due,
                       case when k.expires is not null then case when k.single then k.expires else r.expires end end as expires,
                       k.attempt, k.redeliveries, k.suspect
                  from errand.chunk k
                 cross join lateral (
                     select id, expires
                       from errand.run
                      where id between k.first and k.last and batch = k.batch
                        and (not k.dirty
                             or not exists (select 1 from errand.outcome where run = run.id)
                                and (k.single or not exists (select 1 from errand.chunk where single and first = run.id)))) r)
            select run.id, task.id, run.name, run.tags, run.payload, run.created, coalesce(run.due, run.created), run.priority,
                   run.expires, run.options,
                   waiting.state, waiting.due, waiting.expires, waiting.attempt, waiting.redeliveries, waiting.suspect,
                   outcome.state, outcome.attempt, outcome.claim, outcome.started, outcome.ended, outcome.redeliveries,
                   outcome.output, outcome.failure, outcome.reason, outcome.retriable
              from errand.run
              join errand.task on task.number = run.task
              left join waiting on waiting.id = run.id
              left join errand.outcome on outcome.run = run.id
             order by run.id
            """;

    private static final String ATTEMPTS =
            "select run, attempt, claim, started, ended, failure, by_hand from errand.attempt";
    private static final String NOTES = "select run, done, total, metadata from errand.note";
    private static final String EMITTED = "select run, attempt, position, item from errand.emitted";
    private static final String LINES = "select run, position, at, attempt, level, message from errand.line";

    private final Settings settings;
    private final Database database;

    private CopyReader(Settings settings, Database database) {
        this.settings = settings;
        this.database = database;
    }

    static CopyReader open(Settings settings) {
        Database database = null;
        boolean done = false;
        try {
            database = new Connections(settings).open();
            Contents.lock(settings, database);
            database.driver().setDefaultFetchSize(ROWS_AT_A_TIME);
            if (database.sql(CLAIMED).number() > 0) {
                throw new StoreException(
                        "%s has runs that a node holds; end all its nodes first".formatted(settings.shownUrl()));
            }
            done = true;
            return new CopyReader(settings, database);
        } catch (SQLException e) {
            throw PostgresErrors.toThrow(settings, e);
        } finally {
            if (!done && database != null) {
                database.close();
            }
        }
    }

    private interface Part<T> {
        T read() throws SQLException;
    }

    private <T> T tell(Part<T> part) {
        try {
            return part.read();
        } catch (SQLException e) {
            throw PostgresErrors.toThrow(settings, e);
        }
    }

    @Override
    public CopyCounts counts() {
        return tell(() -> Contents.counts(database));
    }

    @Override
    public long lastNode() {
        return tell(() -> database.sql(LAST_NODE).number());
    }

    @Override
    public void forEach(Consumer<Kept> taker) {
        tell(() -> {
            database.sql(TASKS).each(row -> taker.accept(task(row)));
            database.sql(RUNS).each(row -> taker.accept(run(row)));
            database.sql(ATTEMPTS).each(row -> taker.accept(attempt(row)));
            database.sql(NOTES).each(row -> taker.accept(note(row)));
            database.sql(EMITTED)
                    .each(row -> taker.accept(new Kept.Emitted(
                            Ids.of(row.getObject(1)), row.getInt(2), row.getLong(3), utf8(row.getString(4)))));
            database.sql(LINES).each(row -> taker.accept(line(row)));
            return true;
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Kept task(ResultSet row) throws SQLException {
        return new Kept.Task(
                row.getString(1),
                JsonReader.texts(row.getString(2)),
                row.getString(3),
                Times.instant(Sql.nullable(row, 4)),
                row.getBoolean(5));
    }

    private static Kept run(ResultSet row) throws SQLException {
        Instant created = Times.instant(row.getLong(6));
        NewRun run = new NewRun(
                Ids.of(row.getObject(1)),
                row.getString(2),
                row.getString(3),
                JsonReader.texts(row.getString(4)),
                utf8(row.getString(5)),
                created,
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
                row.getBoolean(16));
    }

    private static Kept.Standing ended(ResultSet row) throws SQLException {
        String output = row.getString(23);
        return new Kept.Ended(
                States.of(row.getInt(17)),
                row.getInt(18),
                Sql.nullable(row, 19),
                Times.instant(Sql.nullable(row, 20)),
                Times.instant(row.getLong(21)),
                row.getInt(22),
                output == null ? null : utf8(output),
                Documents.failure(row.getString(24)),
                row.getString(25),
                row.getBoolean(26));
    }

    private static Kept attempt(ResultSet row) throws SQLException {
        return new Kept.PastAttempt(
                Ids.of(row.getObject(1)),
                row.getInt(2),
                row.getLong(3),
                Times.instant(row.getLong(4)),
                Times.instant(row.getLong(5)),
                Documents.failure(row.getString(6)),
                row.getBoolean(7));
    }

    private static Kept note(ResultSet row) throws SQLException {
        return new Kept.Note(Ids.of(row.getObject(1)), progress(row), row.getString(4));
    }

    private static @Nullable Progress progress(ResultSet row) throws SQLException {
        Long done = Sql.nullable(row, 2);
        return done == null ? null : new Progress(done, row.getLong(3));
    }

    private static Kept line(ResultSet row) throws SQLException {
        return new Kept.Line(
                Ids.of(row.getObject(1)),
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
        database.close();
    }
}
