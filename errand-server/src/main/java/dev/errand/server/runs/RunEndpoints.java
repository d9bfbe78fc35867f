package dev.errand.server.runs;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** How runs are looked at. */
public final class RunEndpoints {
    private RunEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(
                new RetrieveRun(around.errand()),
                ListRuns.ofAll(around.errand()),
                ListRuns.ofProject(around.errand()),
                new RunResult(around.errand()));
    }
}
