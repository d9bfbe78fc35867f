package dev.errand.engine.operation;

import dev.errand.BatchId;
import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.JsonText;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which runs, as it is kept with a bulk action. What nobody said is left out. */
final class FilterText {
    private FilterText() {}

    static String of(RunQuery query) {
        Map<String, Object> members = new LinkedHashMap<>();
        put(members, "ids", query.ids());
        put(members, "tasks", query.tasks());
        put(members, "names", query.names());
        put(members, "states", query.states());
        put(members, "tags", query.tags());
        put(members, "queues", query.queues());
        put(members, "machines", query.machines());
        put(members, "versions", query.versions());
        put(members, "parent", query.parent());
        put(members, "root", query.root());
        put(members, "batch", query.batch());
        put(members, "schedule", query.schedule());
        put(members, "test", query.test());
        put(members, "from", query.createdFrom());
        put(members, "until", query.createdUntil());
        put(members, "canceledAtOnce", query.canceledAtOnce() ? true : null);
        put(members, "active", query.active() ? true : null);
        return JsonText.of(members);
    }

    private static void put(Map<String, Object> members, String name, Collection<?> values) {
        if (!values.isEmpty()) {
            members.put(name, values.stream().map(String::valueOf).toList());
        }
    }

    private static void put(Map<String, Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, String.valueOf(value));
        }
    }

    static RunQuery read(String text) {
        Map<String, Object> members = JsonReader.object(text);
        RunQuery query = RunQuery.all()
                .ids(texts(members, "ids").stream().map(RunId::of).toArray(RunId[]::new))
                .tasks(array(members, "tasks"))
                .names(array(members, "names"))
                .states(texts(members, "states").stream().map(RunState::valueOf).toArray(RunState[]::new))
                .tags(array(members, "tags"))
                .queues(array(members, "queues"))
                .machines(
                        texts(members, "machines").stream().map(Machine::parse).toArray(Machine[]::new))
                .versions(array(members, "versions"));
        query = with(query, members, "parent", RunId::of, RunQuery::parent);
        query = with(query, members, "root", RunId::of, RunQuery::root);
        query = with(query, members, "batch", BatchId::of, RunQuery::batch);
        query = with(query, members, "schedule", Function.identity(), RunQuery::schedule);
        query = with(query, members, "test", Boolean::parseBoolean, RunQuery::test);
        query = with(query, members, "from", Instant::parse, RunQuery::createdFrom);
        query = with(query, members, "until", Instant::parse, RunQuery::createdUntil);
        query = with(query, members, "canceledAtOnce", Boolean::parseBoolean, (each, is) -> each.cancelsAtOnce());
        return with(query, members, "active", Boolean::parseBoolean, (each, is) -> each.onlyActive());
    }

    private static <T> RunQuery with(
            RunQuery query,
            Map<String, Object> members,
            String name,
            Function<String, T> read,
            BiFunction<RunQuery, T, RunQuery> set) {
        Object value = members.get(name);
        return value == null ? query : set.apply(query, read.apply(value.toString()));
    }

    private static String[] array(Map<String, Object> members, String name) {
        return texts(members, name).toArray(String[]::new);
    }

    private static List<String> texts(Map<String, Object> members, String name) {
        return members.get(name) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
