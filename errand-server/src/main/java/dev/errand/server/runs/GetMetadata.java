package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.util.Map;

/** What is noted on a run. */
public final class GetMetadata implements Endpoint {
    private record Noted(Map<String, Object> metadata) {}

    private final Errand errand;

    public GetMetadata(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/runs/{run}/metadata");
    }

    @Override
    public Answer answer(Call call) {
        return Answer.json(
                new Noted(errand.run(call.parameter("run", RunId::of)).info().metadata()));
    }
}
