package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.ValueInfo;
import dev.errand.engine.json.Codec;
import dev.errand.store.Mailbox;
import dev.errand.store.format.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Filters by which runs wait for events, as values of which users hear nothing (see {@link Mailbox} for their names): one for each filter, whoever
 * waits by it. Such a value changes when an event has passed its filter, so that a run waits for an event as it waits for a value.
 *
 * <p>A value's name begins with what events are first told apart by, so that of all filters only those need be looked at that an event may pass: the
 * run, else the run's name, else the event's, else the task, whichever the filter says of these. All that is a hash in it.
 */
final class Wanted {
    /** All such names go on from here. */
    static final String BEGINNING = "\u0001event:";

    private Wanted() {}

    /** Whether it is such a value. */
    static boolean isOne(ValueInfo value) {
        return value.name().startsWith(BEGINNING);
    }

    /** Whether an event is raised by somebody: such names are refused to all but the engine. */
    static boolean isRaised(Event event) {
        return !isEngines(event.name());
    }

    /** Whether events of this name, or pattern, are the engine's. */
    static boolean isEngines(String name) {
        return name.regionMatches(true, 0, "run.", 0, 4);
    }

    /** The value's name. */
    static String name(EventFilter filter) {
        return group(filter) + ":" + hash(json(filter));
    }

    private static UUID hash(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With what its name begins. */
    private static String group(EventFilter filter) {
        RunId run = filter.run();
        String runName = filter.runName();
        String name = filter.name();
        String task = filter.task();
        if (run != null) {
            return ofRun(run);
        }
        if (runName != null) {
            return ofRunName(runName);
        }
        if (name != null && name.indexOf('*') < 0) {
            return ofName(name);
        }
        return task == null ? ofAny() : ofTask(task);
    }

    private static String ofRun(RunId run) {
        return BEGINNING + hash("run " + run);
    }

    private static String ofRunName(String name) {
        return BEGINNING + hash("run name " + name);
    }

    private static String ofName(String name) {
        return BEGINNING + hash("name " + folded(name));
    }

    private static String ofTask(String task) {
        return BEGINNING + hash("task " + folded(task));
    }

    private static String ofAny() {
        return BEGINNING + hash("any");
    }

    /** The same for all that are equal ignoring case. */
    private static String folded(String text) {
        return text.codePoints()
                .map(one -> Character.toLowerCase(Character.toUpperCase(one)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Under which names the values of all filters lie that any of these may pass. */
    static List<String> under(List<Event> events) {
        return events.stream()
                .flatMap(event -> Stream.of(
                        ofRun(event.run()),
                        event.runName() == null ? ofAny() : ofRunName(event.runName()),
                        ofName(event.name()),
                        ofTask(event.task()),
                        ofAny()))
                .distinct()
                .toList();
    }

    /** The value. */
    static String json(EventFilter filter) {
        Map<String, Object> parts = new TreeMap<>();
        put(parts, "name", filter.name());
        put(parts, "run", filter.run() == null ? null : filter.run().toString());
        put(parts, "task", filter.task());
        put(parts, "runName", filter.runName());
        parts.put("tags", List.copyOf(new TreeSet<>(filter.tags())));
        return JsonText.of(parts);
    }

    private static void put(Map<String, Object> parts, String name, @Nullable String part) {
        if (part != null) {
            parts.put(name, part);
        }
    }

    /** The filter again. */
    static EventFilter filter(Codec codec, ValueInfo value) {
        Json json = value.value();
        Map<String, Object> parts = codec.map(json == null ? null : json.text());
        String run = text(parts, "run");
        return new EventFilter(
                text(parts, "name"),
                run == null ? null : RunId.of(run),
                text(parts, "task"),
                text(parts, "runName"),
                tags(parts.get("tags")));
    }

    private static @Nullable String text(Map<String, Object> parts, String name) {
        return parts.get(name) instanceof String text ? text : null;
    }

    private static Set<String> tags(@Nullable Object tags) {
        Set<String> all = new TreeSet<>();
        if (tags instanceof List<?> list) {
            list.forEach(tag -> all.add(String.valueOf(tag)));
        }
        return all;
    }
}
