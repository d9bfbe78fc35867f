package dev.errand.server.v1;

import dev.errand.BatchId;
import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Which runs a query means. Several values of a name have commas between them and widen the list; different names narrow it. */
final class RunListing {
    static final String CURSOR = "cursor";

    private static final Set<String> NAMES = Set.of(
            "task",
            "name",
            "state",
            "tag",
            "parent",
            "root",
            "batch",
            "schedule",
            "test",
            "queue",
            "version",
            "machine",
            "from",
            "until",
            "active",
            "staged",
            "limit",
            CURSOR);

    private RunListing() {}

    static RunQuery query(Query asked) {
        for (String name : asked.names()) {
            if (!NAMES.contains(name)) {
                throw Problem.malformed(name, "runs cannot be listed by that");
            }
        }
        RunQuery query = RunQuery.all()
                .tasks(asked.list("task").toArray(String[]::new))
                .names(asked.list("name").toArray(String[]::new))
                .states(states(asked))
                .tags(asked.list("tag").toArray(String[]::new))
                .queues(asked.list("queue").toArray(String[]::new))
                .versions(asked.list("version").toArray(String[]::new))
                .limit(asked.number("limit", 1, 1_000, 100))
                .after(asked.text(CURSOR));
        query = with(query, asked, "parent", RunId::of, RunQuery::parent);
        query = with(query, asked, "root", RunId::of, RunQuery::root);
        query = with(query, asked, "batch", BatchId::of, RunQuery::batch);
        query = with(query, asked, "schedule", Function.identity(), RunQuery::schedule);
        query = with(query, asked, "machine", Machine::parse, RunQuery::machines);
        query = with(query, asked, "test", RunListing::truth, RunQuery::test);
        query = with(query, asked, "from", RunListing::time, RunQuery::createdFrom);
        query = with(query, asked, "until", RunListing::time, RunQuery::createdUntil);
        query = with(query, asked, "active", RunListing::truth, (each, active) -> active ? each.onlyActive() : each);
        return with(query, asked, "staged", RunListing::truth, (each, staged) -> staged ? each.byStage() : each);
    }

    private static <T> RunQuery with(
            RunQuery query, Query asked, String name, Function<String, T> read, BiFunction<RunQuery, T, RunQuery> set) {
        T value = asked.read(name, read);
        return value == null ? query : set.apply(query, value);
    }

    private static RunState[] states(Query asked) {
        try {
            return asked.list("state").stream()
                    .map(name -> RunState.valueOf(name.toUpperCase(Locale.ROOT)))
                    .toArray(RunState[]::new);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("state", "one of " + List.of(RunState.values()) + " is needed");
        }
    }

    private static boolean truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false is needed");
        }
        return Boolean.parseBoolean(text);
    }

    /** A point in time. */
    static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a point in time is needed, such as 2026-12-24T18:30:00Z", e);
        }
    }
}
