package dev.errand;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody wants to hear of. Null lets all pass.
 *
 * @param name the event's name, ignoring case
 * @param task the task's id, ignoring case
 */
public record EventFilter(
        @Nullable String name,
        @Nullable RunId run,
        @Nullable String task) {
    private static final EventFilter ALL = new EventFilter(null, null, null);

    public static EventFilter all() {
        return ALL;
    }

    public static EventFilter named(String name) {
        return new EventFilter(name.toLowerCase(Locale.ROOT), null, null);
    }

    public static EventFilter of(RunId run) {
        return new EventFilter(null, run, null);
    }

    public static EventFilter ofTask(String task) {
        return new EventFilter(null, null, task);
    }

    public EventFilter withName(String name) {
        return new EventFilter(name, run, task);
    }

    /** Whether the event passes. */
    public boolean accepts(Event event) {
        return (name == null || name.equalsIgnoreCase(event.name()))
                && (run == null || run.equals(event.run()))
                && (task == null || task.equalsIgnoreCase(event.task()));
    }
}
