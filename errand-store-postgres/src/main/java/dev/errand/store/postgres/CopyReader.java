package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopySource;
import dev.errand.store.copy.Kept;
import dev.errand.store.copy.KeptRow;
import dev.errand.store.sql.ScheduleRows;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Consumer;

/** Reads all of a schema, keeping others from writing. */
final class CopyReader implements CopySource {
    private static final KeptRow ROWS = new KeptRow(Ids.FORMS);

    private static final int ROWS_AT_A_TIME = 200;

    private static final String LAST_NODE = "select last_node from errand.upkeep";
    private static final String LAST_VERSION = "select last_value from errand.value_version";
    private static final String CLAIMED = "select count(*) from errand.chunk where claim <> 0";
    private static final String TASKS =
            "select id, aliases, definition, declared, removed from errand.task order by number";

    /** A chunk's due time is its runs': they came together. */
    private static final String RUNS = """
            with waiting as materialized (
                select r.id, case when k.position = 9223372036854775807 then k.state else 1 end as state, k.due,
                       case when k.expires is not null then case when k.single then k.expires else r.expires end end as expires,
                       k.attempt, k.redeliveries, k.suspect, k.resumed
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
                   waiting.resumed,
                   outcome.state, outcome.attempt, outcome.claim, outcome.started, outcome.ended, outcome.redeliveries,
                   outcome.output, outcome.failure, outcome.reason, outcome.retriable
              from errand.run
              join errand.task on task.number = run.task
              left join waiting on waiting.id = run.id
              left join errand.outcome on outcome.run = run.id
             order by run.id
            """;

    private static final String QUEUES = "select name, limits, override, paused from errand.queue order by number";

    private static final String ATTEMPTS =
            "select run, attempt, claim, started, ended, failure, by_hand from errand.attempt";
    private static final String NOTES = "select run, done, total, metadata from errand.note";
    private static final String EMITTED = "select run, attempt, position, item from errand.emitted";
    private static final String LINES = "select run, position, at, attempt, level, message from errand.line";

    private static final String STEPS =
            "select run, position, key, name, attempt, started, ended, result, failure from errand.step";

    /** With the ends of which nobody has told yet, which is when they are marked. */
    private static final String AWAITED = """
            select a.run, case when o.run is null then a.state when a.armed = 0 then 2 else 1 end, a.armed, a.subject,
                   coalesce(a.ended, o.state), coalesce(a.output, o.output), coalesce(a.failure, o.failure), coalesce(a.reason, o.reason)
              from errand.awaited a
              left join errand.outcome o on o.run = a.subject and a.state = 0
             where a.kind = 0
            """;

    private static final String TOKENS = "select " + TokenRows.COLUMNS + ", key from errand.token";
    private static final String AWAITED_TOKENS = "select run, subject, state, armed from errand.awaited where kind = 1";

    private static final String VALUES = "select name, version, value, at from errand.value";

    /** Nobody else writes now: what has the version that was read is open, whoever has looked, and what has another has happened. */
    private static final String AWAITED_VALUES = """
            select a.run, a.subject, a.version,
                   case when a.state = 2 then 2 when a.version = coalesce(v.version, 0) then 0 else 1 end, a.armed
              from errand.awaited a
              left join errand.value v on v.subject = a.subject
             where a.kind = 2
            """;

    /** An end that nobody has marked, or the one that it had when it was last looked at: to be looked at in the copy. */
    private static final String WATCHED = """
            select a.run, a.subject, case when o.run is null then a.state when a.armed = 0 then 2 else 1 end, a.armed
              from errand.awaited a
              left join errand.outcome o on o.run = a.subject and a.state = 0
             where a.kind = 3
            """;

    /** Without what was sent to runs that are gone: {@link SignalPruning}. */
    private static final String SIGNALS = """
            select s.run, s.name, s.position, s.value, s.at
              from errand.signal s join errand.run on run.id = s.run
            """;

    private static final String PUBLISHED = "select run, name, value, at from errand.published";

    /** As of {@link KeptRow#subscribed}. */
    private static final String SUBSCRIPTIONS = """
            select name, created, epoch, acknowledged, acknowledged_at, missed, failures, failure,
                   (select coalesce(sum(lost), 0)::bigint from errand.subscription_place where subscription = s.number)
                 + (select coalesce(sum(e.events - case when e.position = p.position then p.part else 0 end), 0)::bigint
                      from errand.event e
                      left join errand.subscription_place p on p.subscription = s.number and p.stream = e.stream
                     where e.position > coalesce(p.position, 0) or (e.position = p.position and p.part > 0))
              from errand.subscription s
             order by name
            """;

    private static final String KEYS = """
            select k.run, k.kind, k.hash, k.until, k.payload
              from errand.trigger_key k join errand.run on run.id = k.run
            """;

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
    public Map<Long, String> builds() {
        return tell(() -> Builds.all(database));
    }

    @Override
    public long lastVersion() {
        return tell(() -> database.sql(LAST_VERSION).number());
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
            long now = database.sql("select errand.now()").number();
            database.sql(TOKENS).each(row -> taker.accept(TokenRows.kept(row, now)));
            database.sql(VALUES).each(row -> taker.accept(ROWS.value(row)));
            database.sql(AWAITED).each(row -> taker.accept(ROWS.awaited(row)));
            database.sql(AWAITED_TOKENS).each(row -> taker.accept(ROWS.awaitedToken(row)));
            database.sql(AWAITED_VALUES).each(row -> taker.accept(ROWS.awaitedValue(row)));
            database.sql(WATCHED).each(row -> taker.accept(ROWS.watched(row)));
            Batches.all(database, taker);
            database.sql(ScheduleRows.ALL).each(row -> taker.accept(ROWS.schedule(row)));
            database.sql(KEYS).each(row -> taker.accept(ROWS.key(row)));
            database.sql(SIGNALS).each(row -> taker.accept(ROWS.signal(row)));
            database.sql(PUBLISHED).each(row -> taker.accept(ROWS.published(row)));
            database.sql(SUBSCRIPTIONS).each(row -> taker.accept(KeptRow.subscribed(row)));
            return true;
        });
    }

    /** Nothing was written, so that there is nothing to commit. */
    @Override
    public void close() {
        database.close();
    }
}
