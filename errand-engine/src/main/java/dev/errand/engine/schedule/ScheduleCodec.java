package dev.errand.engine.schedule;

import dev.errand.Schedule;
import dev.errand.ScheduleState;
import dev.errand.TriggerOptions;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.store.ScheduleEntry;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Between schedules and what the store keeps of them. */
final class ScheduleCodec {
    /** A firing that waits for the end of a run is looked at so often, should nobody tell of that end. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Codec codec;

    ScheduleCodec(Codec codec) {
        this.codec = codec;
    }

    Stored read(ScheduleEntry entry) {
        Rule rule = (Rule) read(entry, entry.definition(), Rule.class);
        Progress progress = (Progress) read(entry, entry.progress(), Progress.class);
        return new Stored(entry, rule.schedule(options(entry, rule.options())), progress);
    }

    private Object read(ScheduleEntry entry, String json, Type type) {
        try {
            return Objects.requireNonNull(codec.read(json.getBytes(StandardCharsets.UTF_8), type));
        } catch (UnfitException | RuntimeException e) {
            throw new IllegalStateException("The stored schedule '" + entry.key() + "' cannot be read", e);
        }
    }

    /** What a schedule means as JSON; equal if two mean the same. */
    String definition(Schedule schedule) {
        Object payload = schedule.payload();
        return text(
                Rule.of(schedule, payload == null ? null : text(payload, "payload"), options(schedule.options())),
                "schedule");
    }

    ScheduleEntry entry(ScheduleEntry identity, String definition, Schedule schedule, Progress progress, Instant now) {
        return new ScheduleEntry(
                identity.id(),
                identity.key(),
                identity.task(),
                identity.declared(),
                definition,
                text(progress, "progress"),
                due(identity.key(), schedule, progress, now),
                identity.version());
    }

    /** The same schedule further on. */
    ScheduleEntry entry(Stored stored, Progress progress, Instant now) {
        return entry(stored.entry(), stored.entry().definition(), stored.schedule(), progress, now);
    }

    private static @Nullable Instant due(String key, Schedule schedule, Progress progress, Instant now) {
        if (progress.state() != ScheduleState.ACTIVE) {
            return null;
        }
        Instant next = progress.next() == null ? null : progress.next().plus(schedule.offset(key));
        Instant look = progress.waiting() == null ? null : now.plus(PATIENCE);
        return next == null || (look != null && look.isBefore(next)) ? look : next;
    }

    private String text(Object value, String what) {
        try {
            return new String(codec.write(value), StandardCharsets.UTF_8);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "the %s of the schedule cannot be written as JSON%s: %s"
                            .formatted(what, e.path().isEmpty() ? "" : " at " + e.path(), e.reason()),
                    e);
        }
    }

    /** Those that were set, so that options that come later have their defaults. */
    private Map<String, Object> options(TriggerOptions options) {
        Map<String, Object> defaults = codec.map(text(TriggerOptions.none(), "options"));
        Map<String, Object> set = codec.map(text(options, "options"));
        set.entrySet().removeIf(option -> Objects.equals(option.getValue(), defaults.get(option.getKey())));
        return set;
    }

    private TriggerOptions options(ScheduleEntry entry, Map<String, Object> set) {
        if (set.isEmpty()) {
            return TriggerOptions.none();
        }
        Map<String, Object> all = codec.map(text(TriggerOptions.none(), "options"));
        all.putAll(set);
        return (TriggerOptions) read(entry, text(all, "options"), TriggerOptions.class);
    }
}
