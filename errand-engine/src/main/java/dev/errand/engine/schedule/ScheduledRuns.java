package dev.errand.engine.schedule;

import dev.errand.Json;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TriggerOptions;
import dev.errand.engine.json.Codec;
import dev.errand.engine.task.Definitions;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.NewRun;
import dev.errand.store.ScheduleEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    /** What tells a firing from all else. */
    private static final Set<String> TELLING = Set.of("scheduleId", "timestamp");

    private static final int UPCOMING = 5;

    private final Triggers triggers;
    private final Definitions definitions;
    private final Codec codec;

    ScheduledRuns(Triggers triggers, Definitions definitions, Codec codec) {
        this.triggers = triggers;
        this.definitions = definitions;
        this.codec = codec;
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

    private @Nullable Object payload(
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
        return firing(
                entry, schedule, time, previous, new Times(schedule, since).next(time, (int) Math.min(UPCOMING, left)));
    }

    /** A {@link ScheduledTime}, and beside its own names those by which clients over HTTP know the same. What there is none of is left out. */
    private static Map<String, Object> firing(
            ScheduleEntry entry, Schedule schedule, Instant time, @Nullable Instant previous, List<Instant> upcoming) {
        Map<String, Object> firing = new LinkedHashMap<>();
        firing.put("scheduleId", entry.id());
        firing.put("type", entry.declared() ? "DECLARATIVE" : "IMPERATIVE");
        firing.put("timestamp", time);
        putUnlessNull(firing, "lastTimestamp", previous);
        putUnlessNull(firing, "externalId", schedule.externalId());
        firing.put("timezone", schedule.zone().getId());
        firing.put("upcoming", upcoming);
        putUnlessNull(firing, "previous", previous);
        firing.put("zone", schedule.zone().getId());
        firing.put("schedule", entry.id());
        firing.put("key", entry.key());
        return firing;
    }

    private static void putUnlessNull(Map<String, Object> firing, String name, @Nullable Object value) {
        if (value != null) {
            firing.put(name, value);
        }
    }

    /** JSON of any record reads as any other, with nothing in it: so what it is for has to be said. */
    private void requireFit(String key, TaskInfo task) {
        if (!TAKES_TIME.contains(task.payloadType()) && !knowsTime(task.schema())) {
            throw new IllegalArgumentException(
                    "The schedule '%s' has no payload, and task %s takes a %s: give it one, or let the task take a ScheduledTime"
                            .formatted(key, task.id(), task.payloadType()));
        }
    }

    /** Whether a record of the task's own is made for what a firing says. */
    private boolean knowsTime(@Nullable Json schema) {
        return schema != null
                && codec.natural(schema) instanceof Map<?, ?> rules
                && rules.get("properties") instanceof Map<?, ?> known
                && TELLING.stream().anyMatch(known::containsKey);
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
