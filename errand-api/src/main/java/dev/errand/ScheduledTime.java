package dev.errand;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One firing of a schedule: the payload of runs whose schedule has no payload of its own.
 *
 * <pre>{@code
 * static final Task<ScheduledTime, Void> REPORT = Task.named("report", ScheduledTime.class)
 *         .schedule(Schedule.cron("0 5 * * *").zone("Asia/Tokyo"))
 *         .run((time, run) -> reports.write(time.previous(), time.timestamp()));
 * }</pre>
 *
 * <p>As JSON it has the names of Trigger.dev beside: <code>scheduleId</code>, {@code type} (IMPERATIVE, or DECLARATIVE for one that stands in a task's
 * code), {@code lastTimestamp}, {@code timezone}. There what is null is left out.
 *
 * @param timestamp when it was to fire; the run may start later
 * @param previous the timestamp of the firing before; null the first time
 * @param zone the schedule's
 * @param schedule the schedule's id
 * @param key the schedule's key
 * @param externalId what the schedule's maker calls it; null for nothing
 * @param upcoming the next five times, fewer if it ends before
 */
public record ScheduledTime(
        Instant timestamp,
        @Nullable Instant previous,
        ZoneId zone,
        String schedule,
        String key,
        @Nullable String externalId,
        List<Instant> upcoming) {
    public ScheduledTime {
        upcoming = List.copyOf(upcoming);
    }
}
