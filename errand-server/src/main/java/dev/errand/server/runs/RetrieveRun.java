package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.RunAccess;
import dev.errand.server.wire.RunMembers;

/** All that is known of a run. Of runs around it only those are told that the caller may look at. */
public final class RetrieveRun implements Endpoint {
    private final Errand errand;

    public RetrieveRun(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get("/api/v3/runs/{run}").alsoTokens();
    }

    @Override
    public Answer answer(Call call) {
        RunInfo run = errand.run(call.parameter("run", RunId::of)).info();
        RunAccess.requireRead(call.caller(), run);
        return Answer.json(new RunMembers(errand).all(run, other -> RunAccess.mayRead(call.caller(), other)));
    }
}
