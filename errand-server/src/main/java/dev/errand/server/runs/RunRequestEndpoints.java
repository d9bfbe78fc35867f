package dev.errand.server.runs;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked of a run: to stop, to start at another time, to be repeated. */
public final class RunRequestEndpoints {
    private RunRequestEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(
                new CancelRun(around.errand()), new ReplayRun(around.errand()), new RescheduleRun(around.errand()));
    }
}
