package dev.errand.scripts;

import dev.errand.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which file's task is meant by an id, when several files are loaded. Ids and aliases are one space, ignoring case. The first to
 * ask for a name keeps it; a later task that wants it as well is left out and reported.
 */
final class Catalog {
    /** A task and the file it stands in. */
    record Entry(Path file, Task<?, ?> task) {}

    private final Map<String, Entry> byName = new HashMap<>();
    private final Map<String, Entry> byId = new LinkedHashMap<>();
    private final List<Diagnostic> conflicts = new ArrayList<>();

    private Catalog() {}

    static Catalog of(List<LoadedFile> files) {
        return of(files, Map.of());
    }

    /** @param incumbents the entries of the catalog before, which keep their names as long as their files declare them */
    static Catalog of(List<LoadedFile> files, Map<String, Entry> incumbents) {
        Catalog catalog = new Catalog();
        entries(files).filter(entry -> isIncumbent(entry, incumbents)).forEach(catalog::add);
        entries(files).filter(entry -> !isIncumbent(entry, incumbents)).forEach(catalog::add);
        return catalog;
    }

    private static Stream<Entry> entries(List<LoadedFile> files) {
        return files.stream().flatMap(file -> file.tasks().stream().map(task -> new Entry(file.file(), task)));
    }

    private static boolean isIncumbent(Entry entry, Map<String, Entry> incumbents) {
        @Nullable Entry incumbent = incumbents.get(key(entry.task().id()));
        return incumbent != null && incumbent.file().equals(entry.file());
    }

    private void add(Entry entry) {
        for (String name : names(entry.task())) {
            @Nullable Entry other = byName.get(key(name));
            if (other != null) {
                conflicts.add(conflict(entry, name, other));
                return;
            }
        }
        names(entry.task()).forEach(name -> byName.put(key(name), entry));
        byId.put(key(entry.task().id()), entry);
    }

    private static Diagnostic conflict(Entry entry, String name, Entry other) {
        return Diagnostic.of(
                entry.file(),
                "declares the task '%s', which %s declares already; ids and aliases are unique ignoring case"
                        .formatted(name, other.file()));
    }

    private static List<String> names(Task<?, ?> task) {
        List<String> names = new ArrayList<>(task.options().aliases());
        names.addFirst(task.id());
        return names;
    }

    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The entries by lower-case id. */
    Map<String, Entry> entries() {
        return byId;
    }

    List<Task<?, ?>> tasks() {
        List<Task<?, ?>> tasks = new ArrayList<>();
        byId.values().forEach(entry -> tasks.add(entry.task()));
        return tasks;
    }

    List<Diagnostic> conflicts() {
        return conflicts;
    }

    /** What is wrong with the files one by one and among each other, in the order of the files. */
    List<Diagnostic> diagnostics(List<LoadedFile> files) {
        return files.stream()
                .flatMap(file -> Stream.concat(
                        file.diagnostics().stream(),
                        conflicts.stream().filter(conflict -> conflict.file().equals(file.file()))))
                .toList();
    }
}
