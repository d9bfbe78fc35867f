package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Route;
import java.io.IOException;

/** Adds tags to a run: all of them, or none if it would have too many. */
public final class AddTags implements Endpoint {
    private static final String TAGS = "tags";

    private record Added(String message) {}

    private final Errand errand;

    public AddTags(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/runs/{run}/tags");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Run<Json> run = errand.run(call.parameter("run", RunId::of));
        Fields body = call.json();
        if (body.value(TAGS) == null) {
            throw body.refused(TAGS, "text or an array of texts is needed, and missing");
        }
        String[] tags = body.texts(TAGS).toArray(String[]::new);
        int all = Asking.orImpossible(TAGS, () -> run.addTags(tags)).size();
        return Answer.json(new Added("The run has %d %s now".formatted(all, all == 1 ? "tag" : "tags")));
    }
}
