package dev.errand.server.health;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about the server itself. */
public final class HealthEndpoints {
    private HealthEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(new Live(), new Ready(around.errand(), around.ending()));
    }
}
