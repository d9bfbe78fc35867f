package dev.errand.server.trigger;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** How runs are triggered one by one. */
public final class TriggerEndpoints {
    private TriggerEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(new TriggerTask(around.errand()));
    }
}
