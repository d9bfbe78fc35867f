package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.format.States;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** One walk over runs by number, down or up: an index's rows that share its first column. */
final class Walk {
    /** Fills what stands before the range of numbers. */
    private interface Parameter {
        void set(Sql sql) throws SQLException;
    }

    private static final Parameter NONE = sql -> {};

    /** So many runs that have just ended are looked up one by one. */
    private static final int MOST_RECENT = 5_000;

    private final String table;
    private final String column;
    private final String condition;
    private final Parameter parameter;

    private Walk(String table, String column, String condition, Parameter parameter) {
        this.table = table;
        this.column = column;
        this.condition = condition;
        this.parameter = parameter;
    }

    /** The walks that find all the query asks for, by the filter that narrows most. */
    static List<Walk> of(Database database, RunQuery query, long now) throws SQLException {
        List<Walk> walks = new ArrayList<>();
        if (!query.ids().isEmpty()) {
            query.ids().forEach(id -> walks.add(new Walk("run", "number", "id = ?", sql -> sql.set(Ids.bytes(id)))));
        } else if (query.parent() != null) {
            walks.add(ofTree(ListFilter.PARENT, query.parent()));
        } else if (query.root() != null) {
            walks.add(ofTree(ListFilter.ROOT, query.root()));
        } else if (!query.names().isEmpty()) {
            query.names().forEach(name -> walks.add(new Walk("run", "number", "name = ?", sql -> sql.set(name))));
        } else if (!query.tags().isEmpty()) {
            query.tags().forEach(tag -> walks.add(new Walk("tag", "run", "tag = ?", sql -> sql.set(tag))));
        } else if (query.active()) {
            addActive(database, query.states(), now, walks);
            addStopping(query, walks);
        } else if (isDrivenByStates(query)) {
            query.states().forEach(state -> walks.add(ofState(state)));
            addStopping(query, walks);
        } else if (!query.tasks().isEmpty()) {
            addTasks(database, query, walks);
        } else {
            walks.add(new Walk("run", "number", "true", NONE));
        }
        return walks;
    }

    /** Runs that completed are many: a task, if one is asked for, narrows more. */
    private static boolean isDrivenByStates(RunQuery query) {
        return !query.states().isEmpty()
                && (!query.states().contains(RunState.COMPLETED)
                        || query.tasks().isEmpty());
    }

    private static void addStopping(RunQuery query, List<Walk> walks) {
        if (query.canceledAtOnce() && query.states().contains(RunState.CANCELED)) {
            walks.add(new Walk("live", "number", "cancel is not null", NONE));
        }
    }

    private static void addActive(Database database, Set<RunState> states, long now, List<Walk> walks)
            throws SQLException {
        if (states.isEmpty()) {
            walks.add(new Walk("live", "number", "true", NONE));
        }
        states.stream().filter(state -> !state.isTerminal()).forEach(state -> walks.add(ofState(state)));
        if (states.isEmpty() || states.contains(RunState.FAILED)) {
            walks.add(new Walk("outcome", "number", "retriable = 1", NONE));
        }
        if (states.isEmpty() || states.stream().anyMatch(RunState::isTerminal)) {
            addJustEnded(database, states, now, walks);
        }
    }

    private static void addJustEnded(Database database, Set<RunState> states, long now, List<Walk> walks)
            throws SQLException {
        List<Long> ended = new ArrayList<>();
        for (int kind = 0; kind < Finishes.KINDS; kind++) {
            for (Finishes.Finish commit : Finishes.recent(database, kind, now - ListFilter.ACTIVE, MOST_RECENT)) {
                LongStream.of(commit.runs()).limit(MOST_RECENT).forEach(ended::add);
            }
        }
        if (ended.size() < MOST_RECENT) {
            String numbers = ended.toString();
            walks.add(new Walk("json_each(?)", "value", "true", sql -> sql.set(numbers)));
        } else if (!states.isEmpty()) {
            states.stream().filter(RunState::isTerminal).forEach(state -> walks.add(ofState(state)));
        } else {
            // So many that they are not worth picking: most of the newest outcomes are among them.
            walks.add(new Walk("outcome", "number", "true", NONE));
        }
    }

    /** Of those that have a parent, which is spelled out so that the partial index is seen to fit. */
    private static Walk ofTree(String ancestor, RunId run) {
        String id = run.toString();
        return new Walk(
                "run", "number", ancestor + " = ? and " + ListFilter.PARENT + " is not null", sql -> sql.set(id));
    }

    private static Walk ofState(RunState state) {
        if (state == RunState.QUEUED) {
            return new Walk("live", "number", "state = 1", NONE);
        }
        if (state == RunState.COMPLETED) {
            return new Walk("outcome", "number", "state = 5", NONE);
        }
        String table = state.isTerminal() ? "outcome" : "live";
        String predicate = state.isTerminal() ? "state <> 5" : "state <> 1";
        // Spelled out, so that the partial index is seen to fit.
        return new Walk(table, "number", "state = " + States.number(state) + " and " + predicate, NONE);
    }

    private static void addTasks(Database database, RunQuery query, List<Walk> walks) throws SQLException {
        for (String task : query.tasks()) {
            Optional<Integer> number = database.sql("select number from task where key = ?")
                    .set(TaskNumbers.key(task))
                    .first(row -> row.getInt(1));
            number.ifPresent(
                    found -> walks.add(new Walk("run", "number", "task = ?", sql -> sql.set(found.longValue()))));
        }
    }

    /** The number down to which so many rows lie below the top; 0 if there are fewer. */
    long down(Database database, long top, int rows) throws SQLException {
        Sql sql = database.sql("select %2$s from %1$s where %3$s and %2$s < ? order by %2$s desc limit 1 offset ?"
                .formatted(table, column, condition));
        parameter.set(sql);
        return sql.set(top).set((long) rows).number();
    }

    /** The number below which so many rows lie, from the bottom up; none is so large if there are fewer. */
    long up(Database database, long bottom, int rows) throws SQLException {
        Sql sql = database.sql("select %2$s from %1$s where %3$s and %2$s >= ? order by %2$s limit 1 offset ?"
                .formatted(table, column, condition));
        parameter.set(sql);
        return sql.set(bottom).set((long) rows).first(row -> row.getLong(1)).orElse(Long.MAX_VALUE);
    }

    /**
     * What passes the filter among those below the top, but not below the bottom.
     *
     * @param sorted desc for the newest first, asc for the oldest
     */
    List<RunListing.Found> between(
            Database database, ListFilter filter, long bottom, long top, String sorted, int limit) throws SQLException {
        String text = RunRows.SELECT
                + " where run.number in (select %2$s from %1$s where %3$s and %2$s >= ? and %2$s < ? order by %2$s %4$s)"
                        .formatted(table, column, condition, sorted)
                + filter.text()
                + " order by run.number " + sorted + " limit ?";
        Sql sql = database.sql(text);
        parameter.set(sql);
        sql.set(bottom).set(top);
        filter.fill(sql);
        return sql.set((long) limit).list(row -> new RunListing.Found(RunRows.number(row), RunRows.read(row)));
    }
}
