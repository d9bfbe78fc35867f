package dev.errand.server.realtime;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be watched. */
public final class RealtimeEndpoints {
    private RealtimeEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of();
    }
}
