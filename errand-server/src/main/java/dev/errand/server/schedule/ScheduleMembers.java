package dev.errand.server.schedule;

import dev.errand.Durations;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleState;
import dev.errand.server.call.Members;
import dev.errand.server.wire.ScheduleGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a schedule reads. */
final class ScheduleMembers {
    private record Environment(String id, String type) {}

    private static final List<Environment> ENVIRONMENTS = List.of(new Environment("dev", "DEVELOPMENT"));

    private ScheduleMembers() {}

    static Map<String, @Nullable Object> of(ScheduleInfo info) {
        Schedule schedule = info.schedule();
        Instant next = info.next();
        return Members.of("id", info.id())
                .put("type", info.declared() ? "DECLARATIVE" : "IMPERATIVE")
                .put("task", info.task())
                .put("active", info.state() == ScheduleState.ACTIVE || info.state() == ScheduleState.ASLEEP)
                .put("generator", ScheduleGenerator.of(schedule))
                .put("timezone", schedule.zone().getId())
                .put("environments", ENVIRONMENTS)
                // One in code has no key that it could be created by.
                .put("deduplicationKey", info.declared() ? null : info.key())
                .put("externalId", schedule.externalId())
                .putNullable("nextRun", next == null ? null : next.minus(schedule.offset(info.key())))
                .putNullable("nextRunEffectiveAt", next)
                .put("window", schedule.spread().isZero() ? null : window(schedule.spread()))
                .map();
    }

    /** In hours or minutes, if it has none but whole ones. */
    private static String window(Duration window) {
        if (window.equals(Duration.ofHours(window.toHours()))) {
            return window.toHours() + "h";
        }
        return window.equals(Duration.ofMinutes(window.toMinutes()))
                ? window.toMinutes() + "m"
                : Durations.print(window);
    }
}
