package dev.errand;

import java.util.List;
import java.util.Locale;

/**
 * Which events a webhook target is told of: those that pass all its parts. Immutable; each method returns a changed copy.
 * {@code WebhookFilter.of("run.failed", "run.timed_out").withTasks("import")}.
 *
 * @param types of events, see {@link #type}, ignoring case; {@code *} stands for any text. One of them suffices; 1 to 100
 * @param tasks ids of tasks, ignoring case, one of which suffices; none for all, and for events that belong to no task
 * @param tags of the event's run, exactly; one of them suffices; none for all
 */
public record WebhookFilter(List<String> types, List<String> tasks, List<String> tags) {
    private static final int MOST = 100;
    private static final int LONGEST = 128;

    public WebhookFilter {
        types = checked("types", types);
        tasks = checked("tasks", tasks);
        tags = checked("tags", tags);
        if (types.isEmpty()) {
            throw new IllegalArgumentException("types: at least one is needed, such as run.failed, or * for all");
        }
    }

    private static List<String> checked(String what, List<String> texts) {
        if (texts.size() > MOST) {
            throw new IllegalArgumentException("%s: at most %d, not %d".formatted(what, MOST, texts.size()));
        }
        for (String text : texts) {
            if (text.isBlank() || text.length() > LONGEST || text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "%s: each has 1 to %d characters, none of them 0".formatted(what, LONGEST));
            }
        }
        return List.copyOf(texts);
    }

    /** Events of these types, of all tasks. */
    public static WebhookFilter of(String... types) {
        return new WebhookFilter(List.of(types), List.of(), List.of());
    }

    public WebhookFilter withTasks(String... tasks) {
        return new WebhookFilter(types, List.of(tasks), tags);
    }

    /** Only of runs with one of these tags. Tags of a run that was deleted before its event was read are not known any more. */
    public WebhookFilter withTags(String... tags) {
        return new WebhookFilter(types, tasks, List.of(tags));
    }

    /**
     * What an event is called in a webhook: a change of state {@code run.} and the state, as in {@code run.failed}; any other by its name.
     */
    public static String type(Event event) {
        RunState to = event.to();
        return to == null ? event.name() : "run." + to.name().toLowerCase(Locale.ROOT);
    }

    /** Whether the event passes, as far as it tells by itself: it does not know its run's tags. */
    public boolean accepts(Event event) {
        String type = type(event);
        return types.stream().anyMatch(pattern -> NamePattern.matches(pattern, type))
                && (tasks.isEmpty() || tasks.stream().anyMatch(task -> task.equalsIgnoreCase(event.task())));
    }
}
