package dev.errand.server.v1;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;
import java.util.stream.Stream;

/** All questions of this API. */
public final class V1Endpoints {
    private V1Endpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return Stream.of(
                        TaskQuestions.of(around.errand()),
                        RunQuestions.of(around.errand()),
                        RunRequests.of(around.errand()),
                        ScheduleQuestions.of(around.errand()),
                        QueueQuestions.of(around.errand()),
                        NodeQuestions.of(around.errand()),
                        TokenQuestions.of(around.errand()),
                        ValueQuestions.of(around.errand()),
                        StoreQuestions.of(around.errand()),
                        ClientQuestions.of(around))
                .<Endpoint>flatMap(List::stream)
                .toList();
    }
}
