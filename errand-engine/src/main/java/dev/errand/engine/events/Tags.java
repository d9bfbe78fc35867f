package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.store.Store;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tags of runs, which events do not tell; asked for once, and again after each event that tells of new ones. Thread-safe. */
final class Tags {
    private static final int REMEMBERED = 10_000;
    private static final int PAGE = 500;

    private final Store store;
    private final Map<RunId, Set<String>> known = new LinkedHashMap<>();
    /** How often some may have been forgotten: what was asked for before that may be too old. */
    private long forgotten;

    Tags(Store store) {
        this.store = store;
    }

    /** Forgets what may be otherwise since these events, before anybody is asked whether they pass. */
    void read(List<Event> events) {
        synchronized (known) {
            for (Event event : events) {
                if (event.name().equals(Event.NOTED)) {
                    known.remove(event.run());
                    forgotten++;
                }
            }
        }
    }

    /** Those of the events that pass, in their order. */
    List<Event> passing(EventFilter filter, Sorted events) {
        List<Event> accepted = events.passing(filter);
        if (filter.tags().isEmpty() || accepted.isEmpty()) {
            return accepted;
        }
        Map<RunId, Set<String>> tags =
                of(accepted.stream().map(Event::run).distinct().toList());
        return accepted.stream()
                .filter(event -> !Collections.disjoint(filter.tags(), tags.getOrDefault(event.run(), Set.of())))
                .toList();
    }

    private Map<RunId, Set<String>> of(List<RunId> runs) {
        Map<RunId, Set<String>> found = new HashMap<>();
        long before;
        synchronized (known) {
            before = forgotten;
            runs.stream().filter(known::containsKey).forEach(run -> found.put(run, known.get(run)));
        }
        List<RunId> unknown =
                runs.stream().filter(run -> !found.containsKey(run)).toList();
        for (int from = 0; from < unknown.size(); from += PAGE) {
            ask(unknown.subList(from, Math.min(from + PAGE, unknown.size())), found, before);
        }
        return found;
    }

    private void ask(List<RunId> runs, Map<RunId, Set<String>> found, long before) {
        for (RunInfo run : store.list(
                        RunQuery.all().ids(runs.toArray(RunId[]::new)).limit(PAGE))
                .items()) {
            found.put(run.id(), Set.copyOf(run.tags()));
        }
        synchronized (known) {
            if (forgotten != before) {
                return;
            }
            runs.forEach(run -> known.put(run, found.getOrDefault(run, Set.of())));
            var eldest = known.keySet().iterator();
            while (known.size() > REMEMBERED) {
                eldest.next();
                eldest.remove();
            }
        }
    }
}
