package dev.errand.store.postgres;

import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.TaskQueue;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.JsonText;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A query's filters as conditions on {@link RunRows#SELECT}. */
final class ListFilter {
    static final long ACTIVE = TimeUnit.SECONDS.toMicros(60);

    /** What options say, as JSON; null if nothing. Java writes no space after the colon, SQL does. */
    private static final String IN_QUEUES = """
             and (lower(substring(run.options from '"queue": *("[^"]*")')) in (select lower(queue) from unnest(?::text[]) queue)
                  or substring(run.options from '"queue": *("[^"]*")') is null and task.key = any(?::text[]))
            """;

    private static final String ON_MACHINES = """
             and (substring(run.options from '"machine": *("[^"]*")') = any(?::text[])
                  or substring(run.options from '"machine": *("[^"]*")') is null and task.key = any(?::text[]))
            """;

    private static final int CANCELED = States.number(RunState.CANCELED);

    private static final String WITH_MACHINES =
            "select key, definition from errand.task where definition like '%\"machine\":%'";

    /** Fills a condition's parameter. */
    private interface Parameter {
        void set(Database database, Sql sql) throws SQLException;
    }

    private final StringBuilder text = new StringBuilder();
    private final List<Parameter> parameters = new ArrayList<>();

    ListFilter(RunQuery query, long now) {
        if (!query.ids().isEmpty()) {
            any("run.id = any(?::uuid[])", "uuid", Columns.ids(query.ids(), id -> id));
        }
        if (!query.tasks().isEmpty()) {
            Object[] keys = query.tasks().stream().map(TaskNumbers::key).toArray();
            any("task.key = any(?::text[])", "text", keys);
        }
        if (!query.names().isEmpty()) {
            any("run.name = any(?::text[])", "text", query.names().toArray());
        }
        if (!query.tags().isEmpty()) {
            String condition = "(select true from errand.tag where tag = any(?::text[]) and run = asked.id limit 1)";
            any(condition, "text", query.tags().toArray());
        }
        if (!query.states().isEmpty()) {
            int[] states = Columns.ints(List.copyOf(query.states()), States::number);
            String live = query.canceledAtOnce()
                    ? "case when standing.cancel is null then standing.state else " + CANCELED + " end"
                    : "standing.state";
            any("coalesce(outcome.state, " + live + ", 1) = any(?::int[])", "int4", states);
        }
        queues(query.queues());
        machines(query.machines());
        if (!query.versions().isEmpty()) {
            String version =
                    "(select version from errand.build where node = coalesce(outcome.claim, standing.claim) >> 40)";
            any(version + " = any(?::text[])", "text", query.versions().toArray());
        }
        if (query.parent() != null) {
            ancestor("errand.parent_of(run.options) = ?", query.parent());
        }
        if (query.root() != null) {
            ancestor("errand.root_of(run.options) = ?", query.root());
        }
        if (query.batch() != null) {
            option("strpos(run.options, ?) > 0", "batch", query.batch().toString());
        }
        if (query.schedule() != null) {
            option("strpos(run.options, ?) > 0", "schedule", query.schedule());
        }
        if (query.test() != null) {
            option(
                    query.test() ? "strpos(run.options, ?) > 0" : "coalesce(strpos(run.options, ?), 0) = 0",
                    "test",
                    true);
        }
        if (query.createdFrom() != null) {
            number("run.created >= ?", Times.micros(query.createdFrom()));
        }
        if (query.createdUntil() != null) {
            number("run.created < ?", Times.micros(query.createdUntil()));
        }
        if (query.active()) {
            number("(outcome.run is null or outcome.retriable or outcome.ended > ?)", now - ACTIVE);
        }
    }

    private void any(String condition, String type, Object elements) {
        text.append(" and ").append(condition);
        parameters.add((database, sql) -> sql.setObject(database.array(type, elements)));
    }

    private void queues(List<String> queues) {
        if (queues.isEmpty()) {
            return;
        }
        List<String> said = new ArrayList<>();
        List<String> ownLines = new ArrayList<>();
        for (String queue : queues) {
            if (queue.regionMatches(true, 0, TaskQueue.OF_TASK, 0, TaskQueue.OF_TASK.length())) {
                ownLines.add(TaskNumbers.key(queue.substring(TaskQueue.OF_TASK.length())));
            } else {
                said.add(JsonText.of(queue));
            }
        }
        text.append(IN_QUEUES);
        parameters.add((database, sql) -> sql.setObject(database.array("text", said.toArray())));
        parameters.add((database, sql) -> sql.setObject(database.array("text", ownLines.toArray())));
    }

    /** A run of whose machine nothing is said takes its task's. */
    private void machines(List<Machine> machines) {
        if (machines.isEmpty()) {
            return;
        }
        List<String> names = machines.stream().map(Machine::toString).toList();
        Object[] said = names.stream().map(JsonText::of).toArray();
        text.append(ON_MACHINES);
        parameters.add((database, sql) -> sql.setObject(database.array("text", said)));
        parameters.add((database, sql) -> sql.setObject(database.array("text", tasksOn(database, names))));
    }

    /** Few have definitions, and only Java reads all of these: PostgreSQL's JSON has no character 0. */
    private static Object[] tasksOn(Database database, List<String> machines) throws SQLException {
        return database.sql(WITH_MACHINES).list(row -> names(row, machines)).stream()
                .filter(key -> !key.isEmpty())
                .toArray();
    }

    private static String names(ResultSet row, List<String> machines) throws SQLException {
        Object machine = JsonReader.object(row.getString(2)).get("machine");
        return machine instanceof String text && machines.contains(text) ? row.getString(1) : "";
    }

    private void ancestor(String condition, RunId run) {
        text.append(" and ").append(condition);
        parameters.add((database, sql) -> sql.set(run.toString()));
    }

    /** As {@link Documents} writes it, in which nothing else reads so: quotes within texts have a backslash. */
    private void option(String condition, String name, Object value) {
        text.append(" and ").append(condition);
        String member = '"' + name + "\":" + JsonText.of(value);
        parameters.add((database, sql) -> sql.set(member));
    }

    private void number(String condition, long value) {
        text.append(" and ").append(condition);
        parameters.add((database, sql) -> sql.set(value));
    }

    /** To be appended to a where clause. */
    String text() {
        return text.toString();
    }

    void fill(Database database, Sql sql) throws SQLException {
        for (Parameter parameter : parameters) {
            parameter.set(database, sql);
        }
    }
}
