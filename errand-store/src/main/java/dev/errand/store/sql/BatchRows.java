package dev.errand.store.sql;

import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.BatchCounts;
import dev.errand.store.BatchDue;
import dev.errand.store.BatchEntry;
import dev.errand.store.BatchMember;
import dev.errand.store.KeyHash;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements about batches, of which all stores keep a table alike. They name the schema {@code errand}. */
public final class BatchRows {
    static final String ALL = """
            select id, name, created, size, on_complete, on_failure, failed, failure_run, completed, completion_run, number, position,
                   items, filled, key, key_hash, key_until, request_hash, request_until
              from errand.batch
            """;

    private static final String INSERT = """
            insert into errand.batch (id, name, created, size, on_complete, on_failure, failed, failure_run, completed, completion_run,
                   items, filled, key, key_hash, key_until, request_hash, request_until)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict do nothing
            """;
    private static final String FIND = ALL + " where id = ?";
    private static final String NUMBER = "select number from errand.batch where id = ?";
    private static final String MOVE = "update errand.batch set position = ? where number = ?";
    private static final String FAIL =
            "update errand.batch set failed = ?, failure_run = ? where id = ? and failed is null";
    private static final String COMPLETE =
            "update errand.batch set completed = ?, completion_run = ? where id = ? and completed is null";
    private static final String PAST =
            "select number from errand.batch where completed <= ? order by completed limit ?";
    private static final String DELETE_RUNS = "delete from errand.batch_run where batch = ?";
    private static final String DELETE = "delete from errand.batch where number = ?";

    private static final int SLICE = 500;

    /** A connection's way to a prepared statement. */
    @FunctionalInterface
    public interface Statements {
        Sql sql(String text) throws SQLException;
    }

    /**
     * What is each store's own about a batch's runs.
     *
     * @param lock added to a select to have its row alone; empty where nobody else writes
     * @param slice the runs of a batch from a position on, at most so many: the id, the state in which it ended or null, and whether it is
     *     stored and has not ended
     * @param ready the ids of batches that are not complete, of which all items have come, and whose run at their position is not one that is
     *     stored and has not ended, at most so many
     * @param failing the ids of batches that are not complete, have a callback for a failure and know of none, and of whose runs from their
     *     position on one has ended otherwise than well, at most so many
     * @param ids how ids stand in columns
     */
    public record Dialect(String lock, String slice, String ready, String failing, ColumnForms ids) {}

    private record Member(RunId run, @Nullable RunState ended, boolean open) {}

    private BatchRows() {}

    /** False if it is there already, or one with its key or of its request. */
    public static boolean insert(Statements statements, BatchEntry batch) throws SQLException {
        Integer items = batch.items();
        BatchEntry.Key key = batch.key();
        BatchEntry.Request request = batch.request();
        return statements
                        .sql(INSERT)
                        .set(batch.id().toString())
                        .set(batch.name())
                        .set(Times.micros(batch.createdAt()))
                        .set((long) batch.size())
                        .set(batch.onComplete())
                        .set(batch.onFailure())
                        .set(Times.microsOrNull(batch.failedAt()))
                        .set(text(batch.failureRun()))
                        .set(Times.microsOrNull(batch.completedAt()))
                        .set(text(batch.completionRun()))
                        .set(items == null ? null : (Long) (long) items)
                        .set(Times.microsOrNull(batch.filledAt()))
                        .set(key == null ? null : storable(key.text()))
                        .set(key == null ? null : OpenBatches.text(key.hash()))
                        .set(key == null ? null : (Long) Times.micros(key.until()))
                        .set(request == null ? null : OpenBatches.text(request.hash()))
                        .set(request == null ? null : (Long) Times.micros(request.until()))
                        .update()
                > 0;
    }

    /** Of a row with position, run, task and why it was refused. */
    public static BatchMember member(ResultSet row, Dialect dialect) throws SQLException {
        int index = row.getInt(1);
        String refused = row.getString(4);
        return new BatchMember(
                index,
                dialect.ids().id(row, 2),
                refused == null ? null : new BatchItem.Refused(index, row.getString(3), refused));
    }

    /** Databases' text holds every character but one. */
    public static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /** By which its runs name it; 0 if there is none. */
    public static long number(Statements statements, BatchId batch) throws SQLException {
        return statements.sql(NUMBER).set(batch.toString()).number();
    }

    public static Optional<BatchEntry> find(Statements statements, BatchId batch) throws SQLException {
        return statements.sql(FIND).set(batch.toString()).first(BatchRows::read);
    }

    /** In the order in which they were stored. */
    public static List<BatchEntry> all(Statements statements) throws SQLException {
        return statements.sql(ALL + " order by number").list(BatchRows::read);
    }

    static BatchEntry read(ResultSet row) throws SQLException {
        Long items = Sql.nullable(row, 13);
        String key = row.getString(15);
        KeyHash request = OpenBatches.hash(row.getString(18));
        return new BatchEntry(
                BatchId.of(row.getString(1)),
                row.getString(2),
                Times.instant(row.getLong(3)),
                row.getInt(4),
                row.getString(5),
                row.getString(6),
                Times.instant(Sql.nullable(row, 7)),
                run(row.getString(8)),
                Times.instant(Sql.nullable(row, 9)),
                run(row.getString(10)),
                items == null ? null : (Integer) items.intValue(),
                Times.instant(Sql.nullable(row, 14)),
                key == null
                        ? null
                        : new BatchEntry.Key(key, OpenBatches.hash(row.getString(16)), Times.instant(row.getLong(17))),
                request == null ? null : new BatchEntry.Request(request, Times.instant(row.getLong(19))));
    }

    private static @Nullable String text(@Nullable RunId run) {
        return run == null ? null : run.toString();
    }

    private static @Nullable RunId run(@Nullable String text) {
        return text == null ? null : RunId.of(text);
    }

    // ── its runs

    public static BatchCounts counts(Statements statements, Dialect dialect, BatchId batch) throws SQLException {
        long number = number(statements, batch);
        Map<RunState, Integer> ended = new EnumMap<>(RunState.class);
        List<RunId> open = new ArrayList<>();
        int gone = 0;
        for (Member member : members(statements, dialect, number, 0, Integer.MAX_VALUE)) {
            if (member.open()) {
                open.add(member.run());
            } else if (member.ended() == null) {
                gone++;
            } else {
                ended.merge(member.ended(), 1, Integer::sum);
            }
        }
        return new BatchCounts(ended, gone, open);
    }

    private static List<Member> members(Statements statements, Dialect dialect, long batch, int from, int limit)
            throws SQLException {
        return statements
                .sql(dialect.slice())
                .set(batch)
                .set((long) from)
                .set((long) limit)
                .list(row -> {
                    Long state = Sql.nullable(row, 2);
                    RunState ended = state == null ? null : States.of(state.intValue());
                    return new Member(dialect.ids().id(row, 1), ended, row.getBoolean(3));
                });
    }

    /** Where the going through its runs has come to. */
    private record Cursor(long number, int size, int position, boolean failed, boolean completed, boolean sealed) {
        static Cursor read(ResultSet row) throws SQLException {
            Long items = Sql.nullable(row, 13);
            boolean failed = Sql.nullable(row, 7) != null;
            boolean completed = Sql.nullable(row, 9) != null;
            boolean sealed = items == null || items.intValue() == row.getInt(4);
            return new Cursor(row.getLong(11), row.getInt(4), row.getInt(12), failed, completed, sealed);
        }
    }

    /**
     * Goes on through its runs. At the end it looks at all once more: one that had ended may have been retried by hand since. Of a batch of
     * which items are still to come nothing is due: its runs do not stand one behind the other.
     *
     * @return what is due
     */
    public static BatchDue advance(Statements statements, Dialect dialect, BatchId batch) throws SQLException {
        Cursor cursor = statements
                .sql(FIND + dialect.lock())
                .set(batch.toString())
                .first(Cursor::read)
                .orElse(null);
        if (cursor == null || cursor.completed() || !cursor.sealed()) {
            return BatchDue.NOTHING;
        }
        Walk walk = new Walk(statements, dialect, cursor);
        walk.go();
        if (walk.position == cursor.size() && cursor.position() > 0) {
            walk.again();
        }
        if (walk.position != cursor.position()) {
            statements.sql(MOVE).set((long) walk.position).set(cursor.number()).update();
        }
        return new BatchDue(walk.failed && !cursor.failed(), walk.position == cursor.size());
    }

    /** From one run to the next, as long as they have ended. */
    private static final class Walk {
        private final Statements statements;
        private final Dialect dialect;
        private final Cursor cursor;
        int position;
        boolean failed;
        /** Who is gone by now had ended when it was passed, which said how. */
        private boolean again;

        Walk(Statements statements, Dialect dialect, Cursor cursor) {
            this.statements = statements;
            this.dialect = dialect;
            this.cursor = cursor;
            this.position = cursor.position();
        }

        void go() throws SQLException {
            boolean goesOn = true;
            while (goesOn && position < cursor.size()) {
                goesOn = pass(members(statements, dialect, cursor.number(), position, SLICE));
            }
        }

        /** From the first one. */
        void again() throws SQLException {
            position = 0;
            again = true;
            go();
        }

        /** Whether all of them have ended. */
        private boolean pass(List<Member> slice) {
            for (Member member : slice) {
                if (member.open()) {
                    return false;
                }
                failed |= member.ended() != RunState.COMPLETED && !(again && member.ended() == null);
                position++;
            }
            return !slice.isEmpty();
        }
    }

    // ── what is due

    public static boolean fail(Statements statements, BatchId batch, long now, @Nullable RunId callback)
            throws SQLException {
        return write(statements, FAIL, batch, now, callback);
    }

    public static boolean complete(Statements statements, BatchId batch, long now, @Nullable RunId callback)
            throws SQLException {
        return write(statements, COMPLETE, batch, now, callback);
    }

    private static boolean write(
            Statements statements, String update, BatchId batch, long now, @Nullable RunId callback)
            throws SQLException {
        return statements
                        .sql(update)
                        .set(now)
                        .set(text(callback))
                        .set(batch.toString())
                        .update()
                > 0;
    }

    public static List<BatchId> ready(Statements statements, Dialect dialect, int limit) throws SQLException {
        return statements.sql(dialect.ready()).set((long) limit).list(row -> BatchId.of(row.getString(1)));
    }

    public static List<BatchId> failing(Statements statements, Dialect dialect, int limit) throws SQLException {
        return statements.sql(dialect.failing()).set((long) limit).list(row -> BatchId.of(row.getString(1)));
    }

    /** Deletes batches that were complete by then; answers how many. */
    public static int prune(Statements statements, long until, int limit) throws SQLException {
        List<Long> past = statements.sql(PAST).set(until).set((long) limit).list(row -> row.getLong(1));
        for (long number : past) {
            statements.sql(DELETE_RUNS).set(number).update();
            statements.sql(DELETE).set(number).update();
        }
        return past.size();
    }
}
