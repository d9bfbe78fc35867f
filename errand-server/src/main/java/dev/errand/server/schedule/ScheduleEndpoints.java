package dev.errand.server.schedule;

import dev.errand.Schedules;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about schedules. */
public final class ScheduleEndpoints {
    private ScheduleEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        Schedules schedules = around.errand().schedules();
        return List.of(
                new CreateSchedule(schedules),
                new ListSchedules(schedules),
                new RetrieveSchedule(schedules),
                new UpdateSchedule(schedules),
                new DeleteSchedule(schedules),
                new ActivateSchedule(schedules),
                new DeactivateSchedule(schedules),
                new ListTimeZones());
    }
}
