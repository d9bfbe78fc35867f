package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Members;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import dev.errand.server.wire.RunMembers;
import dev.errand.server.wire.TaskError;
import dev.errand.server.wire.WireStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of a run: its output, or its error. 404 until it has ended. */
public final class RunResult implements Endpoint {
    private record Usage(long durationMs) {}

    private final Errand errand;

    public RunResult(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/runs/{run}/result");
    }

    @Override
    public Answer answer(Call call) {
        RunInfo run = errand.run(call.parameter("run", RunId::of)).info();
        if (!WireStatus.of(run).isCompleted()) {
            throw Problem.notFound("Run %s has not ended".formatted(run.id()));
        }
        Map<String, @Nullable Object> error = TaskError.of(run);
        Members result = Members.of("ok", error == null).put("id", run.id().toString());
        return Answer.json((error == null ? succeeded(result, run) : result.put("error", error))
                .put("taskIdentifier", run.task())
                .map());
    }

    /** The output is text, which says how it is to be read. */
    private Members succeeded(Members result, RunInfo run) {
        Json output = run.output();
        return result.put("output", output == null || output.isNull() ? null : output.text())
                .put("outputType", "application/json")
                .put("usage", new Usage(new RunMembers(errand).duration(run).toMillis()));
    }
}
