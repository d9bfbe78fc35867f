package dev.errand.server.schedule;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about schedules. */
public final class ScheduleEndpoints {
    private ScheduleEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of();
    }
}
