package dev.errand.server;

import dev.errand.server.auth.AuthEndpoints;
import dev.errand.server.batch.BatchEndpoints;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import dev.errand.server.health.HealthEndpoints;
import dev.errand.server.key.KeyEndpoints;
import dev.errand.server.packet.PacketEndpoints;
import dev.errand.server.queue.QueueEndpoints;
import dev.errand.server.realtime.RealtimeEndpoints;
import dev.errand.server.runs.RunEndpoints;
import dev.errand.server.runs.RunRequestEndpoints;
import dev.errand.server.schedule.ScheduleEndpoints;
import dev.errand.server.stream.StreamEndpoints;
import dev.errand.server.token.TokenEndpoints;
import dev.errand.server.trigger.TriggerEndpoints;
import dev.errand.server.v1.V1Endpoints;
import java.util.List;
import java.util.stream.Stream;

/** All that can be asked: a line for each package, which has a line for each endpoint. */
final class Endpoints {
    private Endpoints() {}

    static List<Endpoint> of(Surroundings around) {
        return Stream.of(
                        HealthEndpoints.of(around),
                        TriggerEndpoints.of(around),
                        KeyEndpoints.of(around),
                        RunEndpoints.of(around),
                        RunRequestEndpoints.of(around),
                        BatchEndpoints.of(around),
                        PacketEndpoints.of(around),
                        QueueEndpoints.of(around),
                        ScheduleEndpoints.of(around),
                        TokenEndpoints.of(around),
                        RealtimeEndpoints.of(around),
                        AuthEndpoints.of(around),
                        V1Endpoints.of(around),
                        StreamEndpoints.of(around))
                .flatMap(List::stream)
                .toList();
    }
}
