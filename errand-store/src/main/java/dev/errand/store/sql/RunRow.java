package dev.errand.store.sql;

import dev.errand.Attempt;
import dev.errand.EmittedItem;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.RunOptions;
import dev.errand.store.StepEntry;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.format.Documents;
import dev.errand.store.format.ItemPlace;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Rows of questions about runs. The columns of {@link #info}: id, task's id, name, tags, created, priority, expires, payload,
 * options; state, due, attempt, claim, redeliveries, cancel asked for, of a run that has not ended; state, attempt, claim,
 * redeliveries, ended, output, failure, reason, of one that has (the failure of its last attempt, too, of one that is retried);
 * first start; done, total, metadata noted; whether its attempt has waited; whether a body of it lingers; the version of the code of the node
 * that holds or ended it; the last time at which an attempt of it is known to have started or ended.
 */
public final class RunRow {
    private RunRow() {}

    public static RunInfo info(ResultSet row, ColumnForms forms) throws SQLException {
        RunOptions options = Documents.options(row.getString(9));
        String noted = row.getString(27);
        byte[] output = forms.nullableJson(row, 21);
        Instant created = Times.instant(row.getLong(5));
        Standing standing = Standing.read(row, created);
        return new RunInfo(
                forms.id(row, 1),
                row.getString(2),
                row.getString(3),
                JsonReader.texts(row.getString(4)),
                standing.state(),
                standing.attempt(),
                options.maxAttempts(),
                row.getInt(6),
                created,
                standing.due(),
                Times.instant(Sql.nullable(row, 24)),
                Times.instant(Sql.nullable(row, 20)),
                Times.instant(Sql.nullable(row, 7)),
                options.timeout(),
                options.timeoutFrom(),
                options.machine(),
                json(forms.json(row, 8)),
                output == null ? null : json(output),
                Documents.failure(row.getString(22)),
                row.getString(23),
                JsonReader.object(noted == null ? options.metadata() : noted),
                progress(row, 25),
                standing.node(),
                row.getString(30),
                standing.redeliveries(),
                standing.cancelRequested(),
                options.replayOf(),
                options.queue(),
                options.concurrencyKey(),
                options.maxDuration(),
                options.idempotencyKey(),
                options.parent(),
                options.root(),
                row.getBoolean(29),
                options.ttl(),
                options.test(),
                options.batch(),
                options.schedule(),
                options.keyText(),
                options.parent() == null ? (Integer) 0 : options.depth(),
                updated(row, created, standing));
    }

    /** Who is queued became due, if nothing happened after that. */
    private static Instant updated(ResultSet row, Instant created, Standing standing) throws SQLException {
        Instant attempted = later(created, Times.instant(Sql.nullable(row, 31)));
        Instant queued = standing.state() == RunState.QUEUED ? later(attempted, standing.due()) : attempted;
        return later(queued, Times.instant(Sql.nullable(row, 20)));
    }

    private static Instant later(Instant one, @Nullable Instant other) {
        return other == null || other.isBefore(one) ? one : other;
    }

    private static Json json(byte[] utf8) {
        return new Json(new String(utf8, StandardCharsets.UTF_8));
    }

    /** Columns: done, total; null if nothing was said of it. */
    public static @Nullable Progress progress(ResultSet row, int column) throws SQLException {
        Long done = Sql.nullable(row, column);
        return done == null ? null : new Progress(done, row.getLong(column + 1));
    }

    /** Columns: attempt, state, claim, started, ended, failure, version of the code of its node. */
    public static Attempt attempt(ResultSet row) throws SQLException {
        return new Attempt(
                row.getInt(1),
                States.of(row.getInt(2)),
                ClaimIds.node(row.getLong(3)),
                Times.instant(row.getLong(4)),
                Times.instant(Sql.nullable(row, 5)),
                Documents.failure(row.getString(6)),
                row.getString(7));
    }

    /** Columns, from the given one: position, time, attempt, level, message. */
    public static LogLine line(ResultSet row, int column) throws SQLException {
        return new LogLine(
                row.getLong(column),
                Times.instant(row.getLong(column + 1)),
                row.getInt(column + 2),
                Level.intToLevel(row.getInt(column + 3)),
                row.getString(column + 4));
    }

    /** Columns, from the given one: position, key, name, attempt, start, end, result, failure. */
    public static StepEntry step(ResultSet row, int column, ColumnForms forms) throws SQLException {
        return new StepEntry(
                row.getInt(column),
                row.getString(column + 1),
                row.getString(column + 2),
                row.getInt(column + 3),
                Times.instant(row.getLong(column + 4)),
                Times.instant(Sql.nullable(row, column + 5)),
                forms.nullableJson(row, column + 6),
                Documents.failure(row.getString(column + 7)));
    }

    /** Columns, from the given one: run, state, output, failure, reason. */
    public static AwaitedEnd awaitedEnd(ResultSet row, int column, ColumnForms forms) throws SQLException {
        Long state = Sql.nullable(row, column + 1);
        return new AwaitedEnd(
                forms.id(row, column),
                state == null ? null : States.of(state.intValue()),
                forms.nullableJson(row, column + 2),
                Documents.failure(row.getString(column + 3)),
                row.getString(column + 4));
    }

    /** Columns: attempt, position within it, item. */
    public static EmittedItem emitted(ResultSet row, ColumnForms forms) throws SQLException {
        ItemPlace place = new ItemPlace(row.getInt(1), row.getLong(2));
        return new EmittedItem(place.number(), place.attempt(), json(forms.json(row, 3)));
    }

    public static Json item(ResultSet row, ColumnForms forms) throws SQLException {
        return json(forms.json(row, 1));
    }
}
