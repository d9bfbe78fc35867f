package dev.errand.server.queue;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about queues. */
public final class QueueEndpoints {
    private QueueEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(
                new ListQueues(around.errand()),
                new RetrieveQueue(around.errand()),
                new PauseQueue(around.errand()),
                new OverrideConcurrency(around.errand()),
                new ResetConcurrency(around.errand()));
    }
}
