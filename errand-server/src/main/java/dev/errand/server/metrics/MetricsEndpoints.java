package dev.errand.server.metrics;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about the engine in numbers. */
public final class MetricsEndpoints {
    private MetricsEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(new Scrape(around.errand()));
    }
}
