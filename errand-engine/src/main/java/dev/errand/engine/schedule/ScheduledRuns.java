package dev.errand.engine.schedule;

import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TriggerOptions;
import dev.errand.engine.task.Definitions;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.NewRun;
import dev.errand.store.ScheduleEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The runs that a schedule triggers. */
final class ScheduledRuns {
    /** What tags of runs begin with that a schedule has triggered. */
    private static final String TAG = "schedule:";
    /** Where runs with a payload of their own find when they were to be triggered. */
    private static final String TIME = "scheduledTime";

    /** Types of payloads as definitions name them. */
    private static final String NOTHING = Void.class.getSimpleName();

    private static final Set<String> TAKES_TIME = Set.of(
            ScheduledTime.class.getSimpleName(), "JSON", Object.class.getSimpleName(), Map.class.getSimpleName());
    private static final int UPCOMING = 5;

    private final Triggers triggers;
    private final Definitions definitions;

    ScheduledRuns(Triggers triggers, Definitions definitions) {
        this.triggers = triggers;
        this.definitions = definitions;
    }

    /**
     * A run for one time.
     *
     * @param previous the time before for which it fired; null for none
     * @param left how many firings follow at most
     */
    NewRun run(
            ScheduleEntry entry,
            Schedule schedule,
            Instant since,
            Instant time,
            @Nullable Instant previous,
            long left) {
        TaskInfo task = definitions.get(entry.task());
        Object payload = payload(task, entry, schedule, since, time, previous, left);
        return triggers.run(task.id(), payload, options(entry, schedule, time), null)
                .by(entry.id());
    }

    /** A run for the first time of a schedule in the code of a task that may not be registered yet. */
    NewRun first(Task<?, ?> task, ScheduleEntry entry, Schedule schedule, Instant since, Instant time) {
        TaskInfo described = definitions.described(task);
        Object payload = payload(described, entry, schedule, since, time, null, Long.MAX_VALUE);
        return triggers.runOf(task, payload, options(entry, schedule, time)).by(entry.id());
    }

    private static @Nullable Object payload(
            TaskInfo task,
            ScheduleEntry entry,
            Schedule schedule,
            Instant since,
            Instant time,
            @Nullable Instant previous,
            long left) {
        if (schedule.payload() != null || task.payloadType().equals(NOTHING)) {
            return schedule.payload();
        }
        requireFit(entry.key(), task);
        return new ScheduledTime(
                time,
                previous,
                schedule.zone(),
                entry.id(),
                entry.key(),
                schedule.externalId(),
                new Times(schedule, since).next(time, (int) Math.min(UPCOMING, left)));
    }

    /** JSON of any record reads as any other, with nothing in it: so what it is for has to be said. */
    private static void requireFit(String key, TaskInfo task) {
        if (!TAKES_TIME.contains(task.payloadType())) {
            throw new IllegalArgumentException(
                    "The schedule '%s' has no payload, and task %s takes a %s: give it one, or let the task take a ScheduledTime"
                            .formatted(key, task.id(), task.payloadType()));
        }
    }

    private static TriggerOptions options(ScheduleEntry entry, Schedule schedule, Instant time) {
        List<String> tags = new ArrayList<>(schedule.options().tags());
        tags.add(TAG + entry.key());
        TriggerOptions options = schedule.options().tags(tags.toArray(String[]::new));
        if (schedule.payload() == null) {
            return options;
        }
        Map<String, Object> metadata = new HashMap<>(options.metadata());
        metadata.putIfAbsent(TIME, time.toString());
        return options.metadata(metadata);
    }
}
