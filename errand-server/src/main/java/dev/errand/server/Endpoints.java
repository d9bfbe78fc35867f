package dev.errand.server;

import dev.errand.Errand;
import dev.errand.server.call.Endpoint;
import dev.errand.server.health.Live;
import dev.errand.server.health.Ready;
import dev.errand.server.key.ResetKey;
import dev.errand.server.runs.CancelRun;
import dev.errand.server.runs.ListRuns;
import dev.errand.server.runs.ReplayRun;
import dev.errand.server.runs.RescheduleRun;
import dev.errand.server.runs.RetrieveRun;
import dev.errand.server.trigger.TriggerTask;
import java.util.List;
import java.util.function.BooleanSupplier;

/** All that can be asked. */
final class Endpoints {
    private Endpoints() {}

    /** @param ending whether the server is about to end */
    static List<Endpoint> of(Errand errand, BooleanSupplier ending) {
        return List.of(
                new Live(),
                new Ready(errand, ending),
                new TriggerTask(errand),
                new ResetKey(errand),
                new RetrieveRun(errand),
                new ListRuns(errand),
                new CancelRun(errand),
                new ReplayRun(errand),
                new RescheduleRun(errand));
    }
}
