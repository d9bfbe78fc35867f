package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.ReplayOptions;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.RequestKey;
import java.io.IOException;

/**
 * Triggers a new run like another, in whatever state that is: with its payload, tags, metadata, queue and options, but neither its key, nor its delay, nor
 * its time to live; unless the body says otherwise.
 */
public final class ReplayRun implements Endpoint {
    private record Replayed(String id) {}

    private final Errand errand;

    public ReplayRun(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/runs/{run}/replay");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Run<Json> run = errand.run(call.parameter("run", RunId::of));
        ReplayOptions options = ReplayFields.read(call.json(), run.info().task());
        String request = RequestKey.of(call);
        ReplayOptions asked = request == null ? options : options.with(each -> each.requestKey(request));
        Run<Json> again = Asking.orImpossible("", () -> run.replay(asked));
        return Answer.json(new Replayed(again.id().toString()));
    }
}
