package dev.errand.server.queue;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;
import java.util.stream.Stream;

/** What can be asked about queues. */
public final class QueueEndpoints {
    private QueueEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        List<Endpoint> queues = List.of(
                new ListQueues(around.errand()),
                new RetrieveQueue(around.errand()),
                new PauseQueue(around.errand()),
                new OverrideConcurrency(around.errand()),
                new ResetConcurrency(around.errand()));
        return Stream.of(queues, LimitRoute.of(around.errand()))
                .flatMap(List::stream)
                .toList();
    }
}
