package dev.errand.store.postgres;

import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.format.States;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides on which ways to find all runs that a query asks for: the filter that narrows most drives. */
final class Walks {
    /** Runs that end are told of a little later. */
    private static final long DELAY = TimeUnit.SECONDS.toMicros(10);

    private Walks() {}

    /** None if the query asks for nothing that exists. */
    static List<Walk> of(Database database, RunQuery query, long now) throws SQLException {
        List<Walk> walks = new ArrayList<>();
        if (!query.ids().isEmpty()) {
            walks.add(Walk.over(query.ids().stream().distinct().toList()));
        } else if (query.parent() != null) {
            walks.add(Walk.ofParent(query.parent()));
        } else if (query.root() != null) {
            walks.add(Walk.ofRoot(query.root()));
        } else if (!query.names().isEmpty()) {
            query.names().stream().distinct().map(Walk::ofName).forEach(walks::add);
        } else if (!query.tags().isEmpty()) {
            query.tags().stream().distinct().map(Walk::ofTag).forEach(walks::add);
        } else if (query.active()) {
            addActive(database, query.states(), now, walks);
            addStopping(query, walks);
        } else if (isDrivenByStates(query)) {
            addStates(database, query.states(), walks);
            addStopping(query, walks);
        } else if (!query.tasks().isEmpty()) {
            tasks(database, query.tasks()).stream().map(Walk::ofTask).forEach(walks::add);
        } else {
            walks.add(Walk.all());
        }
        return walks;
    }

    /** Runs that completed are many: a task, if one is asked for, narrows more. */
    private static boolean isDrivenByStates(RunQuery query) {
        return !query.states().isEmpty()
                && (!query.states().contains(RunState.COMPLETED)
                        || query.tasks().isEmpty());
    }

    private static List<Integer> tasks(Database database, List<String> ids) throws SQLException {
        Object[] keys = ids.stream().map(TaskNumbers::key).distinct().toArray();
        return database.sql("select number from errand.task where key = any(?::text[])")
                .setObject(database.array("text", keys))
                .list(row -> row.getInt(1));
    }

    private static void addStates(Database database, Set<RunState> states, List<Walk> walks) throws SQLException {
        Stream.of(RunState.DELAYED, RunState.RETRYING, RunState.WAITING)
                .filter(states::contains)
                .forEach(state -> walks.add(ChunkWalk.waiting(States.number(state))));
        if (states.contains(RunState.QUEUED)) {
            walks.add(orAll(ChunkWalk.inLines(database)));
        } else if (states.contains(RunState.EXECUTING)) {
            walks.add(Walk.executing());
        }
        if (states.contains(RunState.COMPLETED)) {
            walks.add(Walk.ended());
        }
        states.stream()
                .filter(state -> state.isTerminal() && state != RunState.COMPLETED)
                .forEach(state -> walks.add(Walk.ofEnd(States.number(state))));
    }

    private static void addStopping(RunQuery query, List<Walk> walks) {
        if (query.canceledAtOnce() && query.states().contains(RunState.CANCELED)) {
            walks.add(Walk.stopping());
        }
    }

    private static Walk orAll(@Nullable Walk walk) {
        return walk == null ? Walk.all() : walk;
    }

    private static void addActive(Database database, Set<RunState> states, long now, List<Walk> walks)
            throws SQLException {
        Set<RunState> asked = states.isEmpty() ? Set.of(RunState.values()) : states;
        addStates(
                database,
                Set.of(asked.stream().filter(state -> !state.isTerminal()).toArray(RunState[]::new)),
                walks);
        if (asked.contains(RunState.FAILED)) {
            walks.add(Walk.retriable());
        }
        if (asked.stream().anyMatch(RunState::isTerminal)) {
            @Nullable Walk justEnded = JustEnded.since(database, now - ListFilter.ACTIVE - DELAY);
            walks.add(justEnded == null ? Walk.ended() : justEnded);
        }
    }
}
