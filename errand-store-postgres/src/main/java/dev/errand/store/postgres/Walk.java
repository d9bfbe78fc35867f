package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A way along the ids of runs, down or up, that meets all runs of one kind: at least those, perhaps more. */
interface Walk {
    /** Greater than every id. */
    RunId TOP = new RunId(-1, -1);

    /**
     * The next step.
     *
     * @param from ids beyond it
     * @param rows about how many
     */
    Step next(Database database, Way way, RunId from, int rows) throws SQLException;

    /**
     * A step of a walk.
     *
     * @param ids all that it meets from where it began to where it ends, in their order
     * @param end null if nothing is beyond
     */
    record Step(List<RunId> ids, @Nullable RunId end) {
        /** Of what was met in order. */
        static Step of(List<RunId> ids, int rows) {
            return new Step(ids, ids.size() < rows ? null : ids.getLast());
        }
    }

    /** All runs. */
    static Walk all() {
        return along("errand.run", "id", "true");
    }

    /** All that ended, whatever their states: who asks for COMPLETED asks for most of them. */
    static Walk ended() {
        return along("errand.outcome", "run", "true");
    }

    static Walk retriable() {
        return along("errand.outcome", "run", "retriable");
    }

    static Walk executing() {
        return along("errand.chunk", "first", "started is not null");
    }

    /** What is asked to stop. */
    static Walk stopping() {
        return along("errand.chunk", "first", "cancel is not null");
    }

    static Walk ofTask(int task) {
        return along("errand.run", "task", "id", "true", statement -> statement.set((long) task));
    }

    static Walk ofName(String name) {
        return along("errand.run", "name", "id", "name is not null", statement -> statement.set(name));
    }

    static Walk ofTag(String tag) {
        return along("errand.tag", "tag", "run", "true", statement -> statement.set(tag));
    }

    /** The children of a run. */
    static Walk ofParent(RunId parent) {
        return ofTree("errand.parent_of(options)", parent);
    }

    /** All that is below a run. */
    static Walk ofRoot(RunId root) {
        return ofTree("errand.root_of(options)", root);
    }

    private static Walk ofTree(String ancestor, RunId run) {
        return along("errand.run", ancestor, "id", Requests.HAS_PARENT, statement -> statement.set(run.toString()));
    }

    /** Of a terminal state that is not COMPLETED. */
    static Walk ofEnd(int state) {
        return along("errand.outcome", "state", "run", "state <> 5", statement -> statement.set((long) state));
    }

    /** Over ids at hand, whose order does not matter. */
    static Walk over(List<RunId> ids) {
        return (database, way, from, rows) -> {
            Predicate<RunId> beyond = id -> way.order().compare(from, id) < 0;
            return Step.of(
                    ids.stream().filter(beyond).sorted(way.order()).limit(rows).toList(), rows);
        };
    }

    private static Walk along(String table, String id, String condition) {
        String statement = "select %2$s from %1$s where %3$s and %2$s <beyond> ? order by %2$s <sorted> limit ?"
                .formatted(table, id, condition);
        return (database, way, from, rows) -> Step.of(
                database.sql(way.said(statement))
                        .setObject(Ids.uuid(from))
                        .set((long) rows)
                        .list(row -> Ids.of(row.getObject(1))),
                rows);
    }

    /**
     * Along the part of an index where its first column has a value. Both columns are compared at once: told separately, the value would
     * invite a walk along the primary key, past millions of rows that have another.
     */
    private static Walk along(String table, String column, String id, String condition, Filler value) {
        String statement = """
                select %3$s
                  from %1$s
                 where (%2$s, %3$s) <within> (?, '<last>') and (%2$s, %3$s) <beyond> (?, ?) and %4$s
                 order by %2$s <sorted>, %3$s <sorted>
                 limit ?
                """.formatted(table, column, id, condition);
        return (database, way, from, rows) -> {
            Sql sql = value.fill(value.fill(database.sql(way.said(statement))));
            return Step.of(sql.setObject(Ids.uuid(from)).set((long) rows).list(row -> Ids.of(row.getObject(1))), rows);
        };
    }

    /** Fills a parameter. */
    @FunctionalInterface
    interface Filler {
        Sql fill(Sql statement) throws SQLException;
    }
}
