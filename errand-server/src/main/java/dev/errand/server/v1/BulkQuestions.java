package dev.errand.server.v1;

import dev.errand.BulkAction;
import dev.errand.BulkActions;
import dev.errand.BulkKind;
import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Requests about all runs that a filter finds. */
final class BulkQuestions {
    private static final String ACTION = "/bulk/{action}";
    private static final String RUNS = "runs";
    private static final String FILTER = "filter";
    private static final String QUERY = "query";

    private BulkQuestions() {}

    static List<Question> of(Errand errand) {
        BulkActions bulk = errand.operations().bulk();
        return List.of(
                Question.post("/bulk", call -> begun(bulk, call.json().only("action", FILTER, RUNS, QUERY, "name"))),
                Question.get("/bulk", call -> list(bulk, call.query())),
                Question.get(ACTION, call -> bulk.find(call.parameter("action"))),
                Question.post(ACTION + "/abort", call -> aborted(bulk, call)));
    }

    private static BulkAction begun(BulkActions bulk, Fields body) {
        BulkKind kind = kind(body);
        RunQuery filter = filter(body);
        String name = body.text("name");
        return Asking.orMalformed("name", () -> bulk.begin(kind, filter, name));
    }

    private static BulkKind kind(Fields body) {
        String said = body.someText("action");
        return Arrays.stream(BulkKind.values())
                .filter(kind -> kind.name().equals(said.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> body.refused("action", "one of these is needed: cancel, retry, replay, purge"));
    }

    /** One of them has to be said: nobody means all runs by saying nothing. */
    private static RunQuery filter(Fields body) {
        Fields filter = body.object(FILTER);
        if (Stream.of(FILTER, RUNS, QUERY)
                        .filter(name -> body.value(name) != null)
                        .count()
                != 1) {
            throw body.refused(FILTER, "a filter is needed, such as {\"state\": \"FAILED\"}, or runs with their ids");
        }
        if (body.value(QUERY) != null) {
            return Bodies.read(body, QUERY, RunQuery.class);
        }
        return filter == null ? named(body) : RunListing.query(Query.of("", "", body.map(FILTER)));
    }

    private static RunQuery named(Fields body) {
        List<String> runs = body.texts(RUNS);
        if (runs.isEmpty() || runs.size() > BulkActions.MOST_IDS) {
            throw body.refused(RUNS, "1 to %d ids are needed".formatted(BulkActions.MOST_IDS));
        }
        return Asking.orMalformed(
                RUNS, () -> RunQuery.all().ids(runs.stream().map(RunId::of).toArray(RunId[]::new)));
    }

    private static Object list(BulkActions bulk, Query asked) {
        return bulk.list(asked.text(RunListing.CURSOR), asked.number("limit", 1, 1_000, 100));
    }

    private static BulkAction aborted(BulkActions bulk, Call call) throws IOException {
        call.json().only();
        String id = call.parameter("action");
        if (!bulk.abort(id)) {
            throw Problem.notFound("There is no bulk action " + id);
        }
        return bulk.find(id).orElseThrow(() -> Problem.notFound("There is no bulk action " + id));
    }
}
