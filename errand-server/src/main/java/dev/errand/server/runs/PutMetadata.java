package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.MetadataTooLargeException;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.util.Map;

/** Changes what is noted on a run, on the one whose body triggered it and on the one at the top: all of it, or nothing. */
public final class PutMetadata implements Endpoint {
    private record Noted(Map<String, Object> metadata) {}

    private final Errand errand;

    public PutMetadata(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.put("/api/v1/runs/{run}/metadata");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Run<Json> run = errand.run(call.parameter("run", RunId::of));
        EditFields edits = EditFields.read(call.json());
        return Answer.json(new Noted(Asking.orImpossible("", () -> edited(run, edits))));
    }

    private static Map<String, Object> edited(Run<Json> run, EditFields edits) {
        try {
            return run.editMetadata(edits.own(), edits.parents(), edits.roots());
        } catch (MetadataTooLargeException e) {
            throw Problem.of(413, String.valueOf(e.getMessage()));
        }
    }
}
