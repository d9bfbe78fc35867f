package dev.errand.store.sql;

import dev.errand.store.ScheduleEntry;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements about schedules, of which all stores keep a table alike. They name the schema {@code errand}. */
public final class ScheduleRows {
    /** In the order of {@link #read}. */
    public static final String ALL =
            "select id, key, task, declared, definition, progress, due, version from errand.schedule";

    private static final String ADD = """
            insert into errand.schedule (id, key, task, declared, definition, progress, due, version) values (?, ?, ?, ?, ?, ?, ?, 1)
                on conflict (key) do nothing
            """;
    private static final String REMOVE = "delete from errand.schedule where id = ?";
    private static final String FIND = ALL + " where key = ? or id = ?";
    private static final String LIST = ALL + " where key > ? order by key limit ? offset ?";
    private static final String LIST_OF_TASK = ALL + " where task = ? and key > ? order by key limit ? offset ?";
    private static final String COUNT = "select count(*) from errand.schedule";
    private static final String COUNT_OF_TASK = COUNT + " where task = ?";
    private static final String DECLARED = ALL + " where declared = 1 order by key";
    private static final String DUE = ALL + " where due <= ? order by due limit ?";

    /** A connection's way to a prepared statement. */
    @FunctionalInterface
    public interface Statements {
        Sql sql(String text) throws SQLException;
    }

    private ScheduleRows() {}

    public static boolean add(Statements statements, ScheduleEntry entry) throws SQLException {
        return statements
                        .sql(ADD)
                        .set(entry.id())
                        .set(entry.key())
                        .set(entry.task())
                        .set(entry.declared() ? 1L : 0L)
                        .set(entry.definition())
                        .set(entry.progress())
                        .set(Times.microsOrNull(entry.due()))
                        .update()
                > 0;
    }

    public static boolean remove(Statements statements, String id) throws SQLException {
        return statements.sql(REMOVE).set(id).update() > 0;
    }

    public static Optional<ScheduleEntry> find(Statements statements, String key) throws SQLException {
        return statements.sql(FIND).set(key).set(key).first(ScheduleRows::read);
    }

    public static List<ScheduleEntry> list(
            Statements statements, @Nullable String task, String after, long skip, int limit) throws SQLException {
        Sql list = task == null
                ? statements.sql(LIST)
                : statements.sql(LIST_OF_TASK).set(task);
        return list.set(after).set((long) limit).set(skip).list(ScheduleRows::read);
    }

    public static long count(Statements statements, @Nullable String task) throws SQLException {
        Sql count = task == null
                ? statements.sql(COUNT)
                : statements.sql(COUNT_OF_TASK).set(task);
        return count.number();
    }

    public static List<ScheduleEntry> declared(Statements statements) throws SQLException {
        return statements.sql(DECLARED).list(ScheduleRows::read);
    }

    public static List<ScheduleEntry> due(Statements statements, Instant by, int limit) throws SQLException {
        return statements.sql(DUE).set(Times.micros(by)).set((long) limit).list(ScheduleRows::read);
    }

    public static ScheduleEntry read(ResultSet row) throws SQLException {
        return new ScheduleEntry(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4) != 0,
                row.getString(5),
                row.getString(6),
                Times.instant(Sql.nullable(row, 7)),
                row.getLong(8));
    }
}
