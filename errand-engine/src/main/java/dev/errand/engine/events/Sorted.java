package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.RunId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Events that were read, sorted by what filters name, as soon as one does: else a hundred who listen to a run each would all look at the events
 * of all runs. One thread.
 */
final class Sorted {
    private final List<Event> events;
    private @Nullable Map<RunId, List<Event>> byRun;
    private @Nullable Map<String, List<Event>> byRunName;
    private @Nullable Map<String, List<Event>> byTask;

    Sorted(List<Event> events) {
        this.events = events;
    }

    /** Those that pass, as far as they tell by themselves, in their order. */
    List<Event> passing(EventFilter filter) {
        List<Event> passing = new ArrayList<>();
        for (Event event : candidates(filter)) {
            if (filter.accepts(event)) {
                passing.add(event);
            }
        }
        return passing;
    }

    private List<Event> candidates(EventFilter filter) {
        RunId run = filter.run();
        if (run != null) {
            byRun = byRun == null ? sort(new HashMap<>(), Event::run) : byRun;
            return byRun.getOrDefault(run, List.of());
        }
        String runName = filter.runName();
        if (runName != null) {
            byRunName = byRunName == null ? sort(new HashMap<>(), Event::runName) : byRunName;
            return byRunName.getOrDefault(runName, List.of());
        }
        String task = filter.task();
        if (task != null) {
            byTask = byTask == null ? sort(new TreeMap<>(String.CASE_INSENSITIVE_ORDER), Event::task) : byTask;
            return byTask.getOrDefault(task, List.of());
        }
        return events;
    }

    private <K> Map<K, List<Event>> sort(Map<K, List<Event>> empty, Function<Event, @Nullable K> key) {
        for (Event event : events) {
            K of = key.apply(event);
            if (of != null) {
                empty.computeIfAbsent(of, first -> new ArrayList<>()).add(event);
            }
        }
        return empty;
    }
}
