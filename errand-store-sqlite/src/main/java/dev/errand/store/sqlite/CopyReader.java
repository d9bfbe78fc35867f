package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopySource;
import dev.errand.store.copy.Kept;
import dev.errand.store.copy.KeptRow;
import dev.errand.store.format.Times;
import dev.errand.store.sql.ScheduleRows;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads all of a file, holding its write lock. */
final class CopyReader implements CopySource {
    private static final KeptRow ROWS = new KeptRow(Ids.FORMS);

    private static final String LAST_NODE = "select max(seq) from sqlite_sequence where name = 'node'";
    private static final String LAST_VERSION = "select max(seq) from sqlite_sequence where name = 'value'";
    private static final String CLAIMED = "select count(*) from live where claim is not null";
    private static final String TASKS = "select id, aliases, definition, declared, removed from task order by number";

    private static final String QUEUES = "select name, limits, override, paused from queue order by number";

    private static final String RUNS = """
            select run.id, task.id, run.name, run.tags, run.payload, run.created, run.due, run.priority, run.expires, run.options,
                   live.state, live.due, live.expires, live.attempt, live.redeliveries, live.suspect, live.resumed,
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

    private static final String STEPS = """
            select run.id, step.position, step.key, step.name, step.attempt, step.started, step.ended, step.result, step.failure
              from step join run on run.number = step.run
            """;

    /** What has happened and is not marked yet, since a process of the version before did it, is marked in the copy. */
    private static final String AWAITED = """
            select run.id, iif(outcome.number is null, awaited.state, 1), iif(awaited.state = 2, 0, awaited.armed), awaited.subject,
                   coalesce(awaited.ended, outcome.state), coalesce(awaited.output, outcome.output),
                   coalesce(awaited.failure, outcome.failure), coalesce(awaited.reason, outcome.reason)
              from awaited
              join run on run.number = awaited.run
              left join outcome on outcome.number = awaited.number and awaited.state = 0
             where awaited.kind = 0
            """;

    private static final String AWAITED_TOKENS = """
            select run.id, awaited.subject, awaited.state, iif(awaited.state = 2, 0, awaited.armed)
              from awaited
              join run on run.number = awaited.run
             where awaited.kind = 1
            """;

    /** Who is yet to hear of a change is to look in the copy. */
    private static final String AWAITED_VALUES = """
            select run.id, awaited.subject, awaited.version,
                   iif(awaited.state = 0 and hex(awaited.subject) in (select value from json_each(?)), 1, awaited.state),
                   iif(awaited.state = 2, 0, awaited.armed)
              from awaited
              join run on run.number = awaited.run
             where awaited.kind = 2
            """;

    /** An end that nobody has marked, or the one that it had when it was last looked at: to be looked at in the copy. */
    private static final String WATCHED = """
            select run.id, awaited.subject, iif(outcome.number is null, awaited.state, 1), iif(awaited.state = 2, 0, awaited.armed)
              from awaited
              join run on run.number = awaited.run
              left join outcome on outcome.number = awaited.number and awaited.state = 0
             where awaited.kind = 3
            """;

    /** As of {@link KeptRow#subscribed}. */
    private static final String SUBSCRIPTIONS = """
            select name, created, epoch, acknowledged, acknowledged_at, missed, failures, failure,
                   lost + coalesce((select sum(events) from event where event.position > s.position), 0)
                        + coalesce((select events - s.part from event where event.position = s.position and s.part > 0), 0)
              from subscription s
             order by name
            """;

    private static final String KEYS = """
            select run.id, k.kind, k.hash, k.until, k.payload
              from trigger_key k join run on run.number = k.run
            """;

    private final Location location;
    private final Database database;
    private final Clock clock;

    private CopyReader(Location location, Database database, Clock clock) {
        this.location = location;
        this.database = database;
        this.clock = clock;
    }

    static CopyReader open(Location location, Clock clock) {
        Database database = null;
        try {
            database = Database.writer(location);
            Opening.lock(database);
            Contents.refuseIfInUse(location, database);
            if (database.number(CLAIMED) > 0) {
                throw new StoreException(
                        "%s has runs that a node holds; end all its nodes first".formatted(location.url()));
            }
            return new CopyReader(location, database, clock);
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
    public Map<Long, String> builds() {
        Map<Long, String> builds = new TreeMap<>();
        tell(() -> builds.putAll(Builds.all(database)));
        return builds;
    }

    @Override
    public long lastVersion() {
        long[] last = {0};
        tell(() -> last[0] = database.number(LAST_VERSION));
        return last[0];
    }

    @Override
    public void forEach(Consumer<Kept> taker) {
        tell(() -> {
            database.sql(TASKS).each(row -> taker.accept(ROWS.task(row)));
            database.sql(QUEUES).each(row -> taker.accept(ROWS.queue(row)));
            database.sql(RUNS).each(row -> taker.accept(ROWS.run(row)));
            database.sql(ATTEMPTS).each(row -> taker.accept(ROWS.attempt(row)));
            database.sql(NOTES).each(row -> taker.accept(ROWS.note(row)));
            database.sql(EMITTED).each(row -> taker.accept(ROWS.emitted(row)));
            database.sql(LINES).each(row -> taker.accept(ROWS.line(row)));
            database.sql(STEPS).each(row -> taker.accept(ROWS.step(row)));
            TokenRow.all(database, Times.micros(clock.instant()), taker);
            database.sql(Values.ALL).each(row -> taker.accept(ROWS.value(row)));
            database.sql(AWAITED).each(row -> taker.accept(ROWS.awaited(row)));
            database.sql(AWAITED_TOKENS).each(row -> taker.accept(ROWS.awaitedToken(row)));
            database.sql(AWAITED_VALUES)
                    .set(ValueChanges.left(database))
                    .each(row -> taker.accept(ROWS.awaitedValue(row)));
            database.sql(WATCHED).each(row -> taker.accept(ROWS.watched(row)));
            Batches.all(database, taker);
            Schedules.on(database).sql(ScheduleRows.ALL).each(row -> taker.accept(ROWS.schedule(row)));
            database.sql(KEYS).each(row -> taker.accept(ROWS.key(row)));
            database.sql(Signals.ALL).each(row -> taker.accept(ROWS.signal(row)));
            database.sql(Signals.ALL_PUBLISHED).each(row -> taker.accept(ROWS.published(row)));
            database.sql(SUBSCRIPTIONS).each(row -> taker.accept(KeptRow.subscribed(row)));
        });
    }

    /** Nothing was written, so that there is nothing to commit. */
    @Override
    public void close() {
        tell(database::close);
    }
}
