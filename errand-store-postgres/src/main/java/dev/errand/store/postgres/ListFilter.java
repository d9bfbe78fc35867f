package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonText;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A query's filters as conditions on {@link RunRows#SELECT}. */
final class ListFilter {
    static final long ACTIVE = TimeUnit.SECONDS.toMicros(60);

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
            any("coalesce(outcome.state, standing.state, 1) = any(?::int[])", "int4", states);
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
            option(query.test() ? "strpos(run.options, ?) > 0" : "coalesce(strpos(run.options, ?), 0) = 0", "test", true);
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
