package dev.errand.scripts;

import dev.errand.Errand;
import dev.errand.ErrandException;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.scripts.Catalog.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tasks of a folder as an engine has them. */
final class DeployedTasks {
    private final Errand errand;
    private final Map<String, Entry> deployed = new HashMap<>();
    private final Map<Path, List<Diagnostic>> refused = new TreeMap<>();
    private boolean behind;

    DeployedTasks(Errand errand) {
        this.errand = errand;
    }

    /** What the engine has, by lower-case id. */
    Map<String, Entry> entries() {
        return deployed;
    }

    /** Whether the store was out of reach, so that it is worth trying the same again. */
    boolean isBehind() {
        return behind;
    }

    /**
     * Withdraws, adds and replaces tasks until the engine has those of the catalog.
     *
     * @param since when the change was noticed, in the terms of {@link System#nanoTime}
     */
    List<FolderEvent> follow(Catalog catalog, long since) {
        behind = false;
        List<FolderEvent> events = new ArrayList<>();
        Map<Path, List<String>> known = new HashMap<>();
        deployed.values().forEach(entry -> add(known, entry));
        withdrawn(catalog).forEach((file, ids) -> events.add(new FolderEvent.Withdrawn(file, ids)));
        Map<Path, List<Diagnostic>> problems = new TreeMap<>();
        put(catalog, problems).forEach((file, ids) -> {
            Duration took = Duration.ofNanos(System.nanoTime() - since);
            events.add(
                    known.containsKey(file)
                            ? new FolderEvent.Reloaded(file, ids, took)
                            : new FolderEvent.Loaded(file, ids));
        });
        catalog.conflicts()
                .forEach(conflict -> problems.computeIfAbsent(conflict.file(), file -> new ArrayList<>())
                        .add(conflict));
        problems.forEach((file, diagnostics) -> {
            if (!diagnostics.equals(refused.get(file))) {
                events.add(new FolderEvent.Broken(file, diagnostics));
            }
        });
        refused.clear();
        refused.putAll(problems);
        return events;
    }

    private Map<Path, List<String>> withdrawn(Catalog catalog) {
        Map<Path, List<String>> withdrawn = new TreeMap<>();
        for (Entry entry : List.copyOf(deployed.values())) {
            String key = Catalog.key(entry.task().id());
            if (!catalog.entries().containsKey(key)) {
                try {
                    errand.withdraw(entry.task().id());
                    deployed.remove(key);
                    add(withdrawn, entry);
                } catch (StoreException e) {
                    behind = true;
                }
            }
        }
        return withdrawn;
    }

    private Map<Path, List<String>> put(Catalog catalog, Map<Path, List<Diagnostic>> problems) {
        Map<Path, List<String>> done = new TreeMap<>();
        List<Entry> waiting = new ArrayList<>();
        catalog.entries().forEach((key, entry) -> {
            @Nullable Entry present = deployed.get(key);
            if (present == null || present.task() != entry.task()) {
                waiting.add(entry);
            }
        });
        // One may ask for an alias that another, whose turn comes later, gives up: hence the rounds.
        for (int before = -1; before != waiting.size(); ) {
            before = waiting.size();
            problems.clear();
            waiting.removeIf(entry -> put(entry, problems, done));
        }
        return done;
    }

    private boolean put(Entry entry, Map<Path, List<Diagnostic>> problems, Map<Path, List<String>> done) {
        Task<?, ?> task = entry.task();
        try {
            errand.put(task);
            deployed.put(Catalog.key(task.id()), entry);
            add(done, entry);
            return true;
        } catch (ErrandException | IllegalArgumentException e) {
            behind |= e instanceof StoreException;
            problems.computeIfAbsent(entry.file(), file -> new ArrayList<>())
                    .add(Diagnostic.of(
                            entry.file(), "the engine refuses task '%s': %s".formatted(task.id(), e.getMessage())));
            return false;
        }
    }

    private static void add(Map<Path, List<String>> ids, Entry entry) {
        ids.computeIfAbsent(entry.file(), file -> new ArrayList<>())
                .add(entry.task().id());
    }
}
