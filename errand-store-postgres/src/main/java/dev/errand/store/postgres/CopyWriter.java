package dev.errand.store.postgres;

import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.StoreException;
import dev.errand.store.StepEntry;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopyTarget;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import dev.errand.store.limits.Scope;
import dev.errand.store.sql.ScheduleRows;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Fills an empty schema, in one transaction. */
final class CopyWriter implements CopyTarget {
    private static final String LAST_NODE = "update errand.upkeep set last_node = greatest(last_node, ?)";
    private static final String TASK = """
            insert into errand.task (key, id, aliases, definition, declared, removed) values (?, ?, ?, ?, ?, ?)
            """;
    private static final String QUEUE =
            "insert into errand.queue (key, name, limits, override, paused) values (?, ?, ?, ?, ?)";
    private static final String ATTEMPTS =
            "copy errand.attempt (run, attempt, claim, started, ended, failure, by_hand)";
    private static final String NOTES = "copy errand.note (run, done, total, metadata)";
    private static final String EMITTED = "copy errand.emitted (run, attempt, position, item)";
    private static final String LINES = "copy errand.line (run, position, attempt, at, level, message)";

    private static final String STEPS =
            "copy errand.step (run, position, attempt, started, ended, key, name, result, failure)";

    private static final String VALUES = "copy errand.value (subject, name, version, value, at)";

    private static final String LAST_VERSION =
            "select setval('errand.value_version', greatest(last_value, ?)) from errand.value_version";

    private static final String KEYS = """
            insert into errand.trigger_key (run, task, kind, hash, until, payload)
            select run.id, run.task, u.kind, u.hash, u.until, u.payload
              from unnest(?::uuid[], ?::int[], ?::uuid[], ?::bigint[], ?::text[]::uuid[]) u(run, kind, hash, until, payload)
              join errand.run on run.id = u.run
            """;

    /** So that the first statements on the many rows are planned well. */
    private static final String ANALYZE = """
            analyze errand.run, errand.chunk, errand.outcome, errand.attempt, errand.note, errand.emitted, errand.line, errand.step, errand.awaited, errand.tag,
                    errand.token, errand.token_tag, errand.value, errand.signal, errand.published, errand.batch, errand.batch_run, errand.schedule, errand.trigger_key
            """;

    /** Who claims runs out of a chunk takes them to have no steps and no notes unless it is dirty, see {@link TakenChunk#isStepless}. */
    private static final String CHUNKS_WITH_STEPS = """
            update errand.chunk k
               set dirty = true
             where not single
               and (first <> last and exists (select 1 from errand.step where run between k.first and k.last)
                    or exists (select 1 from errand.note where run between k.first and k.last and metadata is not null))
            """;

    private final Settings settings;
    private final Database database;
    private final TaskNumbers tasks = new TaskNumbers();
    private final long now;

    private CopyWriter(Settings settings, Database database) throws SQLException {
        this.settings = settings;
        this.database = database;
        this.now = database.sql("select errand.now()").number();
    }

    static CopyWriter open(Settings settings) {
        Database database = null;
        boolean done = false;
        try {
            database = new Connections(settings).open();
            Migrations.apply(settings, database, Migrations.NEWEST);
            Contents.lock(settings, database);
            CopyCounts there = Contents.counts(database);
            if (!there.equals(CopyCounts.NONE)) {
                throw new StoreException(
                        "%s is not empty: it holds %s; copy into a new one".formatted(settings.shownUrl(), there));
            }
            CopyWriter writer = new CopyWriter(settings, database);
            done = true;
            return writer;
        } catch (SQLException e) {
            throw PostgresErrors.toThrow(settings, e);
        } finally {
            if (!done && database != null) {
                database.close();
            }
        }
    }

    private interface Step<T> {
        T take() throws SQLException;
    }

    private <T> T tell(Step<T> step) {
        try {
            return step.take();
        } catch (SQLException e) {
            throw PostgresErrors.toThrow(settings, e);
        }
    }

    private boolean send(CopyRows rows, String copy) throws SQLException {
        rows.send(database.copy(), database.named(copy) + " from stdin (format binary)");
        return true;
    }

    private boolean send(CopyRows.Copied copied) throws SQLException {
        return send(copied.rows(), copied.statement());
    }

    /** Texts here hold no NUL. */
    static @Nullable String clean(@Nullable String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }

    @Override
    public void lastNode(long number) {
        tell(() -> database.sql(LAST_NODE).set(number).update());
    }

    @Override
    public void builds(Map<Long, String> versions) {
        tell(() -> {
            Builds.copy(database, versions);
            return true;
        });
    }

    @Override
    public void lastVersion(long version) {
        tell(() -> database.sql(LAST_VERSION).set(version).number());
    }

    @Override
    public void tasks(List<Kept.Task> all) {
        tell(() -> {
            for (Kept.Task task : all) {
                database.sql(TASK)
                        .set(TaskNumbers.key(task.id()))
                        .set(task.id())
                        .set(Documents.tags(task.aliases()))
                        .set(task.definition())
                        .set(Times.microsOrNull(task.declaredAt()))
                        .setObject(task.removed())
                        .update();
            }
            tasks.load(database);
            return true;
        });
    }

    @Override
    public void queues(List<Kept.Queue> queues) {
        tell(() -> {
            for (Kept.Queue queue : queues) {
                database.sql(QUEUE)
                        .set(Scope.key(queue.name()))
                        .set(queue.name())
                        .set(queue.limits())
                        .set(queue.override())
                        .setObject(queue.paused())
                        .update();
            }
            tasks.load(database);
            return true;
        });
    }

    @Override
    public void runs(List<Kept.Run> runs) {
        tell(() -> {
            tasks.learn(database, runs.stream().map(Kept.Run::run).toList());
            CopyRuns copied = new CopyRuns(tasks, now);
            copied.add(runs);
            copied.send(database);
            return true;
        });
    }

    @Override
    public void attempts(List<Kept.PastAttempt> attempts) {
        CopyRows rows = new CopyRows();
        attempts.forEach(attempt -> rows.row(7)
                .uuid(attempt.run())
                .int4(attempt.attempt())
                .int8(attempt.claim())
                .int8(Times.micros(attempt.startedAt()))
                .int8(Times.micros(attempt.endedAt()))
                .text(Documents.failure(attempt.failure()))
                .bool(attempt.byHand()));
        tell(() -> send(rows, ATTEMPTS));
    }

    @Override
    public void keys(List<Kept.Key> keys) {
        tell(() -> {
            database.sql(KEYS)
                    .setObject(new UuidArray(Columns.ids(keys, Kept.Key::run)))
                    .setObject(database.array("int4", Columns.ints(keys, Kept.Key::kind)))
                    .setObject(new UuidArray(keys.stream()
                            .map(key -> KeyedEnqueueing.uuid(key.hash()))
                            .toArray(UUID[]::new)))
                    .setObject(database.array("int8", Columns.longs(keys, key -> Times.micros(key.until()))))
                    .setObject(database.array("text", Columns.texts(keys, key -> KeyedEnqueueing.text(key.payload()))))
                    .update();
            return true;
        });
    }

    @Override
    public void notes(List<Kept.Note> notes) {
        CopyRows rows = new CopyRows();
        notes.forEach(note -> {
            Progress progress = note.progress();
            rows.row(4)
                    .uuid(note.run())
                    .int8(progress == null ? null : (Long) progress.done())
                    .int8(progress == null ? null : (Long) progress.total())
                    .text(note.metadata());
        });
        tell(() -> send(rows, NOTES));
    }

    @Override
    public void emitted(List<Kept.Emitted> items) {
        CopyRows rows = new CopyRows();
        items.forEach(item -> rows.row(4)
                .uuid(item.run())
                .int4(item.attempt())
                .int8(item.position())
                .text(item.item()));
        tell(() -> send(rows, EMITTED));
    }

    @Override
    public void lines(List<Kept.Line> lines) {
        CopyRows rows = new CopyRows();
        lines.forEach(kept -> {
            LogLine line = kept.line();
            rows.row(6)
                    .uuid(kept.run())
                    .int8(line.position())
                    .int4(line.attempt())
                    .int8(Times.micros(line.at()))
                    .int4(line.level().toInt())
                    .text(clean(line.message()));
        });
        tell(() -> send(rows, LINES));
    }

    @Override
    public void steps(List<Kept.Step> steps) {
        CopyRows rows = new CopyRows();
        steps.forEach(kept -> {
            StepEntry step = kept.step();
            byte[] result = step.result();
            rows.row(9)
                    .uuid(kept.run())
                    .int4(step.position())
                    .int4(step.attempt())
                    .int8(Times.micros(step.startedAt()))
                    .int8(Times.microsOrNull(step.endedAt()))
                    .text(step.key())
                    .text(step.name());
            (result == null ? rows.text((String) null) : rows.text(result)).text(Documents.failure(step.failure()));
        });
        tell(() -> send(rows, STEPS));
    }

    @Override
    public void tokens(List<Kept.Token> tokens) {
        tell(() -> {
            for (Kept.Token kept : tokens) {
                TokenRows.insert(database, kept.info(), kept.key());
            }
            return true;
        });
    }

    @Override
    public void values(List<Kept.Value> values) {
        CopyRows rows = new CopyRows();
        values.forEach(kept -> rows.row(5)
                .uuid(Ids.of(ValueRows.subject(kept.name())))
                .text(clean(kept.name()))
                .int8(kept.version())
                .text(kept.json())
                .int8(Times.micros(kept.setAt())));
        tell(() -> send(rows, VALUES));
    }

    @Override
    public void signals(List<Kept.Signal> signals) {
        tell(() -> send(SignalRecording.signals(signals)));
    }

    @Override
    public void published(List<Kept.Published> published) {
        tell(() -> send(SignalRecording.published(published)));
    }

    @Override
    public void subscriptions(List<Kept.Subscribed> subscriptions) {
        tell(() -> {
            int copied = 0;
            for (Kept.Subscribed kept : subscriptions) {
                copied += Subscriptions.insert(database, kept);
            }
            return copied;
        });
    }

    @Override
    public void awaitedTokens(List<Kept.AwaitedToken> awaited) {
        tell(() -> send(CopiedWaits.tokens(awaited)));
    }

    @Override
    public void awaitedValues(List<Kept.AwaitedValue> awaited) {
        tell(() -> send(CopiedWaits.values(awaited)));
    }

    @Override
    public void watched(List<Kept.Watched> watched) {
        tell(() -> send(CopiedWaits.watched(watched)));
    }

    @Override
    public void awaited(List<Kept.Awaited> awaited) {
        tell(() -> send(CopiedWaits.ends(awaited)));
    }

    @Override
    public void batches(List<Kept.Batched> batches) {
        tell(() -> {
            for (Kept.Batched batch : batches) {
                Batches.copy(database, batch);
            }
            return true;
        });
    }

    @Override
    public void schedules(List<Kept.Scheduled> schedules) {
        tell(() -> {
            for (Kept.Scheduled kept : schedules) {
                ScheduleRows.add(database::sql, kept.entry());
            }
            return true;
        });
    }

    @Override
    public CopyCounts counts() {
        return tell(() -> Contents.counts(database));
    }

    @Override
    public void commit() {
        tell(() -> {
            database.run(CHUNKS_WITH_STEPS);
            database.commit();
            database.run(ANALYZE);
            return true;
        });
    }

    /** Rolls back what was not committed. */
    @Override
    public void close() {
        database.close();
    }
}
