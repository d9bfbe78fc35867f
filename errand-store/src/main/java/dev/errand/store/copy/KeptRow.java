package dev.errand.store.copy;

import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.TokenId;
import dev.errand.store.KeyHash;
import dev.errand.store.NewRun;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.ColumnForms;
import dev.errand.store.sql.RunRow;
import dev.errand.store.sql.ScheduleRows;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Rows of a store that is copied, with the columns in the order of the components of {@link Kept}'s records. */
public final class KeptRow {
    private final ColumnForms forms;

    public KeptRow(ColumnForms forms) {
        this.forms = forms;
    }

    public Kept task(ResultSet row) throws SQLException {
        return new Kept.Task(
                row.getString(1),
                JsonReader.texts(row.getString(2)),
                row.getString(3),
                Times.instant(Sql.nullable(row, 4)),
                row.getBoolean(5));
    }

    public Kept queue(ResultSet row) throws SQLException {
        return new Kept.Queue(row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4));
    }

    /** Columns 1 to 10: the run; 11 to 16: where it waits, or nulls; 17 to 26: how it ended, or nulls. */
    public Kept run(ResultSet row) throws SQLException {
        NewRun run = new NewRun(
                forms.id(row, 1),
                row.getString(2),
                row.getString(3),
                JsonReader.texts(row.getString(4)),
                forms.json(row, 5),
                Times.instant(row.getLong(6)),
                Times.instant(row.getLong(7)),
                row.getInt(8),
                Times.instant(Sql.nullable(row, 9)),
                Documents.options(row.getString(10)));
        Long waiting = Sql.nullable(row, 11);
        Long ended = Sql.nullable(row, 18);
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
                row.getBoolean(16),
                row.getBoolean(17));
    }

    private Kept.Standing ended(ResultSet row) throws SQLException {
        return new Kept.Ended(
                States.of(row.getInt(18)),
                row.getInt(19),
                Sql.nullable(row, 20),
                Times.instant(Sql.nullable(row, 21)),
                Times.instant(row.getLong(22)),
                row.getInt(23),
                forms.nullableJson(row, 24),
                Documents.failure(row.getString(25)),
                row.getString(26),
                row.getBoolean(27));
    }

    public Kept attempt(ResultSet row) throws SQLException {
        return new Kept.PastAttempt(
                forms.id(row, 1),
                row.getInt(2),
                row.getLong(3),
                Times.instant(row.getLong(4)),
                Times.instant(row.getLong(5)),
                Documents.failure(row.getString(6)),
                row.getBoolean(7));
    }

    public Kept note(ResultSet row) throws SQLException {
        return new Kept.Note(forms.id(row, 1), RunRow.progress(row, 2), row.getString(4));
    }

    public Kept emitted(ResultSet row) throws SQLException {
        return new Kept.Emitted(forms.id(row, 1), row.getInt(2), row.getLong(3), forms.json(row, 4));
    }

    public Kept line(ResultSet row) throws SQLException {
        return new Kept.Line(forms.id(row, 1), RunRow.line(row, 2));
    }

    /** The run, then as {@link RunRow#step}. */
    public Kept step(ResultSet row) throws SQLException {
        return new Kept.Step(forms.id(row, 1), RunRow.step(row, 2, forms));
    }

    /** The run, state, whether it is armed, then as {@link RunRow#awaitedEnd}. */
    public Kept awaited(ResultSet row) throws SQLException {
        return new Kept.Awaited(forms.id(row, 1), row.getInt(2), row.getInt(3), RunRow.awaitedEnd(row, 4, forms));
    }

    /** Run, token, state, whether it is armed. */
    public Kept awaitedToken(ResultSet row) throws SQLException {
        RunId token = forms.id(row, 2);
        return new Kept.AwaitedToken(
                forms.id(row, 1), new TokenId(token.high(), token.low()), row.getInt(3), row.getInt(4));
    }

    /** Name, version, JSON, when it was set. */
    public Kept value(ResultSet row) throws SQLException {
        return new Kept.Value(row.getString(1), row.getLong(2), forms.json(row, 3), Times.instant(row.getLong(4)));
    }

    /** Run, name, position, JSON, when it was sent. */
    public Kept signal(ResultSet row) throws SQLException {
        return new Kept.Signal(
                forms.id(row, 1), row.getString(2), row.getLong(3), forms.json(row, 4), Times.instant(row.getLong(5)));
    }

    /** Run, name, JSON, when it was published. */
    public Kept published(ResultSet row) throws SQLException {
        return new Kept.Published(
                forms.id(row, 1), row.getString(2), forms.json(row, 3), Times.instant(row.getLong(4)));
    }

    /** Run, value, version, state, whether it is armed. */
    public Kept awaitedValue(ResultSet row) throws SQLException {
        return new Kept.AwaitedValue(forms.id(row, 1), hash(row, 2), row.getLong(3), row.getInt(4), row.getInt(5));
    }

    /** Run, watched run, state, whether it is armed. */
    public Kept watched(ResultSet row) throws SQLException {
        return new Kept.Watched(forms.id(row, 1), forms.id(row, 2), row.getInt(3), row.getInt(4));
    }

    /** Columns as of {@link ScheduleRows}. */
    public Kept schedule(ResultSet row) throws SQLException {
        return new Kept.Scheduled(ScheduleRows.read(row));
    }

    /** Run, kind, hash, until, hash of the payload: both hashes as ids are kept. */
    public Kept key(ResultSet row) throws SQLException {
        return new Kept.Key(
                forms.id(row, 1),
                row.getInt(2),
                hash(row, 3),
                Times.instant(row.getLong(4)),
                row.getObject(5) == null ? null : hash(row, 5));
    }

    private KeyHash hash(ResultSet row, int column) throws SQLException {
        RunId id = forms.id(row, column);
        return new KeyHash(id.high(), id.low());
    }

    public static CopyCounts counts(ResultSet row) throws SQLException {
        return new CopyCounts(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12),
                row.getLong(13),
                row.getLong(14),
                row.getLong(15),
                row.getLong(16),
                row.getLong(17));
    }

    /** The columns of {@link dev.errand.store.sql.SubscriptionRows}, but the epoch for the node; then how many events it has not passed, deleted or not. */
    public static Kept.Subscribed subscribed(ResultSet row) throws SQLException {
        return new Kept.Subscribed(
                row.getString(1),
                Times.instant(row.getLong(2)),
                row.getLong(3),
                row.getLong(4),
                Times.instant(Sql.nullable(row, 5)),
                row.getLong(6),
                row.getLong(7),
                Documents.failure(row.getString(8)),
                row.getLong(9));
    }
}
