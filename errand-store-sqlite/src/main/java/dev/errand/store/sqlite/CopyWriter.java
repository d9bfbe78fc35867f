package dev.errand.store.sqlite;

import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.KeyHash;
import dev.errand.store.NewRun;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopyTarget;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import dev.errand.store.sql.ScheduleRows;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills an empty file, in one transaction. */
final class CopyWriter implements CopyTarget {
    private static final String FORGET_LAST = "delete from sqlite_sequence where seq < ? and name = ?";
    private static final String LAST = """
            insert into sqlite_sequence (seq, name)
            select ?1, ?2 where not exists (select 1 from sqlite_sequence where name = ?2)
            """;
    private static final String TASK =
            "insert into task (key, id, aliases, definition, declared, removed) values (?, ?, ?, ?, ?, ?)";
    private static final String QUEUE =
            "insert into queue (key, name, limits, override, paused) values (?, ?, ?, ?, ?)";
    private static final String RUN = """
            insert into run (number, id, task, created, due, payload, name, tags, priority, expires, options, line)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String TAG = "insert into tag (tag, run) values (?, ?) on conflict do nothing";
    private static final String LIVE = """
            insert into live (number, line, state, due, position, expires, attempt, redeliveries, suspect, resumed)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String ATTEMPT = """
            insert into attempt (run, attempt, claim, started, ended, failure, by_hand)
            values ((select number from run where id = ?), ?, ?, ?, ?, ?, ?)
            """;
    private static final String NOTE =
            "insert into note (run, done, total, metadata) values ((select number from run where id = ?), ?, ?, ?)";
    private static final String EMITTED =
            "insert into emitted (run, attempt, position, item) values ((select number from run where id = ?), ?, ?, ?)";
    private static final String LINE = """
            insert into line (run, position, attempt, at, level, message)
            values ((select number from run where id = ?), ?, ?, ?, ?, ?)
            """;

    private static final String STEP = """
            insert into step (run, position, attempt, started, ended, key, name, result, failure)
            values ((select number from run where id = ?), ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String KEY = """
            insert into trigger_key (run, task, kind, hash, until, payload)
            select number, task, ?, ?, ?, ? from run where id = ?
            """;

    private final Location location;
    private final Database database;
    private final Tx tx;

    private CopyWriter(Location location, Database database, Clock clock) throws SQLException {
        this.location = location;
        this.database = database;
        this.tx = new Tx(database, clock);
        tx.begin();
    }

    static CopyWriter open(Location location, Clock clock) {
        location.check();
        Database database = null;
        try {
            database = Database.writer(location);
            Opening.prepare(location, database);
            Opening.lock(database);
            Contents.refuseIfInUse(location, database);
            CopyCounts there = Contents.counts(database);
            if (!there.equals(CopyCounts.NONE)) {
                throw new StoreException(
                        "%s is not empty: it holds %s; copy into a new one".formatted(location.url(), there));
            }
            return new CopyWriter(location, database, clock);
        } catch (SQLException | RuntimeException e) {
            Opening.discard(database);
            throw SqliteErrors.toThrow(location, e);
        }
    }

    /** Writes one thing. */
    private interface Step<T> {
        void write(T thing) throws SQLException;
    }

    private <T> void each(List<T> things, Step<T> step) {
        try {
            for (T thing : things) {
                step.write(thing);
            }
        } catch (SQLException e) {
            throw SqliteErrors.explain(location, e);
        }
    }

    @Override
    public void lastNode(long number) {
        last("node", number);
    }

    @Override
    public void builds(Map<Long, String> versions) {
        each(List.of(versions), all -> Builds.copy(database, all));
    }

    @Override
    public void lastVersion(long version) {
        last("value", version);
    }

    /** Rows of that table get greater numbers. */
    private void last(String table, long number) {
        each(
                List.of(FORGET_LAST, LAST),
                text -> database.sql(text).set(number).set(table).update());
    }

    @Override
    public void tasks(List<Kept.Task> tasks) {
        each(
                tasks,
                task -> database.sql(TASK)
                        .set(TaskNumbers.key(task.id()))
                        .set(task.id())
                        .set(Documents.tags(task.aliases()))
                        .set(task.definition())
                        .set(Times.microsOrNull(task.declaredAt()))
                        .set(task.removed() ? 1L : 0L)
                        .update());
        each(List.of(tx), Tx::reloadTasks);
    }

    @Override
    public void queues(List<Kept.Queue> queues) {
        each(
                queues,
                queue -> database.sql(QUEUE)
                        .set(Scope.key(queue.name()))
                        .set(queue.name())
                        .set(queue.limits())
                        .set(queue.override())
                        .set(queue.paused() ? 1L : 0L)
                        .update());
        each(List.of(tx), one -> {
            one.reloadRules();
            PendingCaps.changed(one, Rules.NONE);
        });
    }

    @Override
    public void runs(List<Kept.Run> runs) {
        each(List.of(runs), all -> {
            List<NewRun> triggers = all.stream().map(Kept.Run::run).toList();
            long first = tx.runNumbers(all.size());
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                long number = first + i;
                insert(triggers.get(i), number);
                switch (all.get(i).standing()) {
                    case Kept.Waiting waiting -> insert(triggers.get(i), number, waiting);
                    case Kept.Ended ended -> outcomes.add(outcome(number, ended));
                }
            }
            tx.arrivals().add(tx, triggers, first);
            end(outcomes);
        });
    }

    private void insert(NewRun run, long number) throws SQLException {
        long line = tx.line(run.task(), run.options());
        database.sql(RUN)
                .set(number)
                .set(Ids.bytes(run.id()))
                .set((long) tx.task(run.task()))
                .set(Times.micros(run.createdAt()))
                .set(Times.micros(run.dueAt()))
                .set(run.payload())
                .set(run.name())
                .set(Documents.tags(run.tags()))
                .set((long) run.priority())
                .set(Times.microsOrNull(run.expiresAt()))
                .set(Documents.options(run.options()))
                .set(line == tx.task(run.task()) ? null : (Long) line)
                .update();
        for (String tag : run.tags()) {
            database.sql(TAG).set(tag).set(number).update();
        }
    }

    private void insert(NewRun run, long number, Kept.Waiting waiting) throws SQLException {
        long due = Times.micros(waiting.dueAt());
        database.sql(LIVE)
                .set(number)
                .set(tx.line(run.task(), run.options()))
                .set((long) States.number(waiting.state()))
                .set(due)
                .set(due - run.priority() * 1_000_000L)
                .set(Times.microsOrNull(waiting.expiresAt()))
                .set((long) waiting.attempt())
                .set((long) waiting.redeliveries())
                .set(waiting.suspect() ? 1L : 0L)
                .set(waiting.resumed() ? 1L : 0L)
                .update();
    }

    private static Outcome outcome(long number, Kept.Ended ended) {
        return new Outcome(
                number,
                ended.state(),
                ended.attempt(),
                ended.claim(),
                Times.microsOrNull(ended.startedAt()),
                Times.micros(ended.endedAt()),
                ended.redeliveries(),
                ended.output(),
                Documents.failure(ended.failure()),
                ended.reason(),
                ended.retriable());
    }

    /** Kept from their ends on, not from now on. */
    private void end(List<Outcome> outcomes) throws SQLException {
        tx.finishes().begin();
        Outcome.insert(tx, outcomes);
        tx.finishes().write(database, Long.MIN_VALUE);
        tx.finishes().begin();
    }

    @Override
    public void attempts(List<Kept.PastAttempt> attempts) {
        each(
                attempts,
                attempt -> of(ATTEMPT, attempt.run())
                        .set((long) attempt.attempt())
                        .set(attempt.claim())
                        .set(Times.micros(attempt.startedAt()))
                        .set(Times.micros(attempt.endedAt()))
                        .set(Documents.failure(attempt.failure()))
                        .set(attempt.byHand() ? 1L : 0L)
                        .update());
    }

    @Override
    public void notes(List<Kept.Note> notes) {
        each(notes, note -> {
            @Nullable Progress progress = note.progress();
            of(NOTE, note.run())
                    .set(progress == null ? null : (Long) progress.done())
                    .set(progress == null ? null : (Long) progress.total())
                    .set(note.metadata())
                    .update();
        });
    }

    @Override
    public void emitted(List<Kept.Emitted> items) {
        each(
                items,
                item -> of(EMITTED, item.run())
                        .set((long) item.attempt())
                        .set(item.position())
                        .set(item.item())
                        .update());
    }

    @Override
    public void lines(List<Kept.Line> lines) {
        each(lines, kept -> {
            LogLine line = kept.line();
            of(LINE, kept.run())
                    .set(line.position())
                    .set((long) line.attempt())
                    .set(Times.micros(line.at()))
                    .set((long) line.level().toInt())
                    .set(line.message())
                    .update();
        });
    }

    @Override
    public void steps(List<Kept.Step> steps) {
        each(steps, kept -> Journal.fill(of(STEP, kept.run()), kept.step()).update());
    }

    @Override
    public void tokens(List<Kept.Token> tokens) {
        each(tokens, kept -> TokenRow.insert(database, kept));
    }

    @Override
    public void values(List<Kept.Value> values) {
        each(values, kept -> Values.copy(database, kept));
    }

    @Override
    public void awaitedValues(List<Kept.AwaitedValue> awaited) {
        each(awaited, kept -> Arming.copy(database, kept));
    }

    @Override
    public void watched(List<Kept.Watched> watched) {
        each(watched, kept -> Watching.copy(database, kept));
    }

    @Override
    public void awaitedTokens(List<Kept.AwaitedToken> awaited) {
        each(awaited, kept -> Arming.copy(database, kept));
    }

    @Override
    public void signals(List<Kept.Signal> signals) {
        each(signals, kept -> Signals.insert(database, kept));
    }

    @Override
    public void published(List<Kept.Published> published) {
        each(published, kept -> Signals.insert(database, kept));
    }

    @Override
    public void subscriptions(List<Kept.Subscribed> subscriptions) {
        each(subscriptions, kept -> Subscriptions.insert(database, kept));
    }

    @Override
    public void awaited(List<Kept.Awaited> awaited) {
        each(awaited, kept -> Awaited.copy(database, kept));
    }

    @Override
    public void schedules(List<Kept.Scheduled> schedules) {
        each(schedules, kept -> ScheduleRows.add(Schedules.on(database), kept.entry()));
    }

    @Override
    public void keys(List<Kept.Key> keys) {
        each(keys, key -> {
            @Nullable KeyHash payload = key.payload();
            database.sql(KEY)
                    .set((long) key.kind())
                    .set(Keys.bytes(key.hash()))
                    .set(Times.micros(key.until()))
                    .set(payload == null ? null : Keys.bytes(payload))
                    .set(Ids.bytes(key.run()))
                    .update();
        });
    }

    private Sql of(String statement, RunId run) throws SQLException {
        return database.sql(statement).set(Ids.bytes(run));
    }

    @Override
    public void batches(List<Kept.Batched> batches) {
        each(batches, batch -> Batches.copy(database, batch));
    }

    @Override
    public CopyCounts counts() {
        CopyCounts[] counts = {CopyCounts.NONE};
        each(List.of(database), one -> counts[0] = Contents.counts(one));
        return counts[0];
    }

    @Override
    public void commit() {
        each(List.of(database), one -> one.run("commit"));
    }

    /** Rolls back what was not committed. */
    @Override
    public void close() {
        each(List.of(database), Database::close);
    }
}
