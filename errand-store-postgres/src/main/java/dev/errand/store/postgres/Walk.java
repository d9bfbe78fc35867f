package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way down the ids of runs, the newest first, that meets all runs of one kind: at least those, perhaps more. */
interface Walk {
    /** Greater than every id. */
    RunId TOP = new RunId(-1, -1);

    /**
     * The next step.
     *
     * @param top ids below it
     * @param rows about how many
     */
    Step below(Database database, RunId top, int rows) throws SQLException;

    /**
     * A step of a walk.
     *
     * @param ids all that it meets from the top down to the bottom
     * @param bottom null if that was the end
     */
    record Step(List<RunId> ids, @Nullable RunId bottom) {
        /** Of what was met in order, the newest first. */
        static Step of(List<RunId> ids, int rows) {
            return new Step(ids, ids.size() < rows ? null : ids.getLast());
        }
    }

    /** Down all runs. */
    static Walk all() {
        return down("select id from errand.run where id < ? order by id desc limit ?");
    }

    /** Down all that ended, whatever their states: who asks for COMPLETED asks for most of them. */
    static Walk ended() {
        return down("select run from errand.outcome where run < ? order by run desc limit ?");
    }

    static Walk retriable() {
        return down("select run from errand.outcome where retriable and run < ? order by run desc limit ?");
    }

    static Walk executing() {
        return down(
                "select first from errand.chunk where started is not null and first < ? order by first desc limit ?");
    }

    static Walk ofTask(int task) {
        return down("errand.run", "task", "id", "true", statement -> statement.set((long) task));
    }

    static Walk ofName(String name) {
        return down("errand.run", "name", "id", "name is not null", statement -> statement.set(name));
    }

    static Walk ofTag(String tag) {
        return down("errand.tag", "tag", "run", "true", statement -> statement.set(tag));
    }

    /** Down the children of a run. */
    static Walk ofParent(RunId parent) {
        return ofTree("errand.parent_of(options)", parent);
    }

    /** Down all that is below a run. */
    static Walk ofRoot(RunId root) {
        return ofTree("errand.root_of(options)", root);
    }

    private static Walk ofTree(String ancestor, RunId run) {
        return down("errand.run", ancestor, "id", Requests.HAS_PARENT, statement -> statement.set(run.toString()));
    }

    /** Of a terminal state that is not COMPLETED. */
    static Walk ofEnd(int state) {
        return down("errand.outcome", "state", "run", "state <> 5", statement -> statement.set((long) state));
    }

    /** Over ids at hand, the newest first. */
    static Walk over(List<RunId> ids) {
        return (database, top, rows) -> Step.of(
                ids.stream().filter(id -> id.compareTo(top) < 0).limit(rows).toList(), rows);
    }

    private static Walk down(String statement) {
        return (database, top, rows) -> Step.of(
                database.sql(statement)
                        .setObject(Ids.uuid(top))
                        .set((long) rows)
                        .list(row -> Ids.of(row.getObject(1))),
                rows);
    }

    /**
     * Down the part of an index where its first column has a value. Both columns are compared at once: told separately, the value would
     * invite a walk down the primary key, past millions of rows that have another.
     */
    private static Walk down(String table, String column, String id, String condition, Filler value) {
        String statement = """
                select %3$s
                  from %1$s
                 where (%2$s, %3$s) >= (?, '00000000-0000-0000-0000-000000000000') and (%2$s, %3$s) < (?, ?) and %4$s
                 order by %2$s desc, %3$s desc
                 limit ?
                """.formatted(table, column, id, condition);
        return (database, top, rows) -> {
            Sql sql = value.fill(value.fill(database.sql(statement)));
            return Step.of(sql.setObject(Ids.uuid(top)).set((long) rows).list(row -> Ids.of(row.getObject(1))), rows);
        };
    }

    /** Fills a parameter. */
    @FunctionalInterface
    interface Filler {
        Sql fill(Sql statement) throws SQLException;
    }
}
