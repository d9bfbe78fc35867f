package dev.errand.server.bulk;

import dev.errand.BulkAction;
import dev.errand.BulkActions;
import dev.errand.BulkKind;
import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Members;
import dev.errand.server.call.Query;
import dev.errand.server.call.Route;
import dev.errand.server.runs.RunFilter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Has all runs cancelled or replayed that a filter finds, or that are named. */
final class CreateBulkAction implements Endpoint {
    private static final String FILTER = "filter";
    private static final String RUNS = "runIds";

    /** What may be said of the time of their creation, beside the rest or in an object of its own. */
    private static final List<String> CREATED = List.of("from", "to", "period");

    private final Errand errand;

    CreateBulkAction(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post(BulkMembers.PATH);
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Fields body = call.json();
        BulkKind kind = switch (body.someText("action")) {
            case "cancel" -> BulkKind.CANCEL;
            case "replay" -> BulkKind.REPLAY;
            default -> throw body.refused("action", "cancel or replay is needed");
        };
        RunQuery runs = runs(body);
        String name = body.text("name");
        BulkAction action =
                Asking.orMalformed("name", () -> errand.operations().bulk().begin(kind, runs, name));
        return Answer.json(Members.of("id", action.id()).map());
    }

    private RunQuery runs(Fields body) {
        Fields filter = body.object(FILTER);
        if ((filter == null) == (body.value(RUNS) == null)) {
            throw body.refused(FILTER, "a filter or runIds are needed, and not both");
        }
        if (filter == null) {
            return named(body);
        }
        RunQuery query = RunFilter.ALL.query(Query.of("filter[", "]", members(body)), errand.now());
        return query == null ? RunQuery.all().ids(RunId.NONE) : query;
    }

    private static Map<String, Object> members(Fields body) {
        Map<String, Object> members = body.map(FILTER);
        Map<String, Object> created = new HashMap<>();
        for (String name : CREATED) {
            Object value = members.remove(name);
            if (value != null) {
                created.put(name, value);
            }
        }
        if (!created.isEmpty()) {
            members.putIfAbsent("createdAt", created);
        }
        return members;
    }

    private static RunQuery named(Fields body) {
        List<String> runs = body.texts(RUNS);
        if (runs.isEmpty() || runs.size() > BulkActions.MOST_IDS) {
            throw body.refused(RUNS, "1 to %d ids are needed".formatted(BulkActions.MOST_IDS));
        }
        return Asking.orMalformed(
                RUNS, () -> RunQuery.all().ids(runs.stream().map(RunId::of).toArray(RunId[]::new)));
    }
}
