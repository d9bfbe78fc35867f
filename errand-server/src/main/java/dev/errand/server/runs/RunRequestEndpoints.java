package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked of a run: to stop, to start at another time, to be repeated, to be noted on. */
public final class RunRequestEndpoints {
    private RunRequestEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        Errand errand = around.errand();
        return List.of(
                new CancelRun(errand),
                new ReplayRun(errand),
                new RescheduleRun(errand),
                new AddTags(errand),
                new PutMetadata(errand),
                new GetMetadata(errand));
    }
}
