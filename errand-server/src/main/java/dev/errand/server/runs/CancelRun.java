package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** Asks a run to stop. One that has ended is left as it is, and that is no error. */
public final class CancelRun implements Endpoint {
    private record Asked(String id) {}

    private final Errand errand;

    public CancelRun(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v2/runs/{run}/cancel").alsoTokens();
    }

    @Override
    public Answer answer(Call call) {
        Run<Json> run = errand.run(call.parameter("run", RunId::of));
        call.caller().require("write", "runs", run.id().toString());
        run.cancel("canceled by " + call.caller().name());
        return Answer.json(new Asked(run.id().toString()));
    }
}
