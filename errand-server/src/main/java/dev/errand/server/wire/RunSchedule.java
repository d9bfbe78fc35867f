package dev.errand.server.wire;

import dev.errand.Errand;
import dev.errand.ScheduleInfo;
import dev.errand.server.call.Members;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The schedule that has triggered a run, as the run tells of it. */
final class RunSchedule {
    private RunSchedule() {}

    /**
     * Null if it was deleted: clients want its times.
     *
     * @param id null for none
     */
    static @Nullable Map<String, @Nullable Object> of(Errand errand, @Nullable String id) {
        return id == null
                ? null
                : errand.schedules()
                        .find(id)
                        .filter(schedule -> schedule.id().equals(id))
                        .map(RunSchedule::members)
                        .orElse(null);
    }

    private static Map<String, @Nullable Object> members(ScheduleInfo schedule) {
        return Members.of("id", schedule.id())
                .put("externalId", schedule.schedule().externalId())
                .put("deduplicationKey", schedule.declared() ? null : schedule.key())
                .put("generator", ScheduleGenerator.of(schedule.schedule()))
                .map();
    }
}
