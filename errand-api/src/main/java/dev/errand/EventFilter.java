package dev.errand;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody wants to hear of: those that pass all its parts. Null, and no tags, let all pass. Immutable.
 *
 * @param name the event's name, ignoring case; {@code *} stands for any text, as in {@code run.*}
 * @param task the task's id, ignoring case
 * @param runName the run's name, exactly
 * @param tags tags of the run, exactly; one of them suffices
 */
public record EventFilter(
        @Nullable String name,
        @Nullable RunId run,
        @Nullable String task,
        @Nullable String runName,
        Set<String> tags) {
    private static final EventFilter ALL = new EventFilter(null, null, null, null, Set.of());

    public EventFilter {
        tags = Set.copyOf(tags);
    }

    public static EventFilter all() {
        return ALL;
    }

    /** Events of a name, such as {@code progress}, or of a pattern, such as {@code run.*}. */
    public static EventFilter named(String name) {
        return ALL.withName(name);
    }

    public static EventFilter of(RunId run) {
        return ALL.withRun(run);
    }

    public static EventFilter ofTask(String task) {
        return ALL.withTask(task);
    }

    public EventFilter withName(String name) {
        return new EventFilter(name, run, task, runName, tags);
    }

    public EventFilter withRun(RunId run) {
        return new EventFilter(name, run, task, runName, tags);
    }

    public EventFilter withTask(String task) {
        return new EventFilter(name, run, task, runName, tags);
    }

    public EventFilter withRunName(String runName) {
        return new EventFilter(name, run, task, runName, tags);
    }

    /** Only of runs with one of these tags. Tags of a run that was deleted before its event was read are not known any more. */
    public EventFilter withTags(String... tags) {
        return new EventFilter(name, run, task, runName, Set.of(tags));
    }

    /** Whether the event passes, as far as it tells by itself: it does not know its run's tags. */
    public boolean accepts(Event event) {
        return (name == null || NamePattern.matches(name, event.name()))
                && (run == null || run.equals(event.run()))
                && (task == null || task.equalsIgnoreCase(event.task()))
                && (runName == null || runName.equals(event.runName()));
    }
}
