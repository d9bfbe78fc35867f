package dev.errand.store.sqlite;

import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.TaskQueue;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A query's filters as conditions on {@link RunRows#SELECT}. */
final class ListFilter {
    static final long ACTIVE = TimeUnit.SECONDS.toMicros(60);

    /** As the indexes say it. */
    static final String PARENT = "options ->> '$.parent'";

    static final String ROOT = "coalesce(options ->> '$.root', options ->> '$.parent')";

    /** Fills a condition's parameters. */
    private interface Parameter {
        void set(Sql sql) throws SQLException;
    }

    private final StringBuilder text = new StringBuilder();
    private final List<Parameter> parameters = new ArrayList<>();
    private final boolean impossible;

    ListFilter(RunQuery query, long now) {
        ids(query.ids());
        tasks(query.tasks());
        names(query.names());
        tags(query.tags());
        states(List.copyOf(query.states()), query.canceledAtOnce());
        queues(query.queues());
        machines(query.machines());
        versions(query.versions());
        ancestor(PARENT, query.parent());
        ancestor(ROOT, query.root());
        option("batch", query.batch() == null ? null : query.batch().toString());
        option("schedule", query.schedule());
        if (query.test() != null) {
            number(" and coalesce(options ->> '$.test', 0) = ?", query.test() ? 1 : 0);
        }
        if (query.createdFrom() != null) {
            number(" and run.created >= ?", Times.micros(query.createdFrom()));
        }
        if (query.createdUntil() != null) {
            number(" and run.created < ?", Times.micros(query.createdUntil()));
        }
        if (query.active()) {
            number(" and (outcome.number is null or outcome.retriable = 1 or outcome.ended > ?)", now - ACTIVE);
        }
        impossible = query.createdFrom() != null
                && query.createdUntil() != null
                && !query.createdFrom().isBefore(query.createdUntil());
    }

    boolean isImpossible() {
        return impossible;
    }

    /** To be appended to a where clause. */
    String text() {
        return text.toString();
    }

    void fill(Sql sql) throws SQLException {
        for (Parameter parameter : parameters) {
            parameter.set(sql);
        }
    }

    private void ids(List<RunId> ids) {
        if (!ids.isEmpty()) {
            text.append(" and run.id in (").append(marks(ids.size())).append(')');
            ids.forEach(id -> parameters.add(sql -> sql.set(Ids.bytes(id))));
        }
    }

    private void tasks(List<String> tasks) {
        if (!tasks.isEmpty()) {
            text.append(" and task.key in (").append(marks(tasks.size())).append(')');
            tasks.forEach(task -> parameters.add(sql -> sql.set(TaskNumbers.key(task))));
        }
    }

    private void names(List<String> names) {
        if (!names.isEmpty()) {
            text.append(" and run.name in (").append(marks(names.size())).append(')');
            names.forEach(name -> parameters.add(sql -> sql.set(name)));
        }
    }

    private void tags(List<String> tags) {
        if (!tags.isEmpty()) {
            text.append(" and exists (select 1 from tag where tag.run = run.number and tag.tag in (")
                    .append(marks(tags.size()))
                    .append("))");
            tags.forEach(tag -> parameters.add(sql -> sql.set(tag)));
        }
    }

    private void states(List<RunState> states, boolean canceledAtOnce) {
        if (!states.isEmpty()) {
            String live = canceledAtOnce
                    ? "iif(live.cancel is null, live.state, " + States.number(RunState.CANCELED) + ")"
                    : "live.state";
            text.append(" and coalesce(" + live + ", outcome.state) in (")
                    .append(marks(states.size()))
                    .append(')');
            states.forEach(state -> number("", States.number(state)));
        }
    }

    /** Those that are in none are in the line of their task. */
    private void queues(List<String> queues) {
        if (queues.isEmpty()) {
            return;
        }
        String ofTask = TaskQueue.OF_TASK;
        text.append(" and lower(coalesce(options ->> '$.queue', '")
                .append(ofTask)
                .append("' || task.key)) in (");
        text.append(String.join(", ", Collections.nCopies(queues.size(), "lower(?)")))
                .append(')');
        for (String queue : queues) {
            boolean own = queue.regionMatches(true, 0, ofTask, 0, ofTask.length());
            String name = own ? ofTask + TaskNumbers.key(queue.substring(ofTask.length())) : queue;
            parameters.add(sql -> sql.set(name));
        }
    }

    /** A run of whose machine nothing is said takes its task's. */
    private void machines(List<Machine> machines) {
        if (!machines.isEmpty()) {
            text.append(" and coalesce(options ->> '$.machine', task.definition ->> '$.machine') in (")
                    .append(marks(machines.size()))
                    .append(')');
            machines.forEach(machine -> parameters.add(sql -> sql.set(machine.toString())));
        }
    }

    private void versions(List<String> versions) {
        if (!versions.isEmpty()) {
            text.append(" and (select version from build where node = coalesce(outcome.claim, live.claim) >> 40) in (")
                    .append(marks(versions.size()))
                    .append(')');
            versions.forEach(version -> parameters.add(sql -> sql.set(version)));
        }
    }

    /** Only runs have options among what is joined. */
    private void ancestor(String ancestor, @Nullable RunId run) {
        if (run != null) {
            text.append(" and ").append(ancestor).append(" = ?");
            parameters.add(sql -> sql.set(run.toString()));
        }
    }

    private void option(String name, @Nullable String value) {
        if (value != null) {
            text.append(" and options ->> '$.").append(name).append("' = ?");
            parameters.add(sql -> sql.set(value));
        }
    }

    private void number(String condition, long value) {
        text.append(condition);
        parameters.add(sql -> sql.set(value));
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
