package dev.errand.engine.task;

import dev.errand.DuplicateTaskException;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.engine.schema.Contracts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tasks whose code this engine has, by id and alias, ignoring case. Thread-safe: each change makes a new map. */
public final class Tasks {
    private final Set<String> nodeTags;
    private final Retry retry;
    private final Contracts contracts;
    private volatile Map<String, Task<?, ?>> byName = Map.of();
    private volatile Set<String> names = Set.of();

    /**
     * Without tasks as yet.
     *
     * @param nodeTags what this node has
     * @param retry for tasks that have no policy of their own
     */
    public Tasks(Collection<String> nodeTags, Retry retry, Contracts contracts) {
        this.retry = retry;
        this.contracts = contracts;
        this.nodeTags = Set.copyOf(nodeTags);
    }

    /** The task of this id or alias, if its code is here. */
    public @Nullable Task<?, ?> find(String name) {
        Task<?, ?> exact = byName.get(name);
        return exact != null ? exact : byName.get(key(name));
    }

    /** All ids and aliases as registered of the tasks that this node may run; the same set until something changes. */
    public Set<String> names() {
        return names;
    }

    /** All tasks, by id. */
    public List<Task<?, ?>> all() {
        return List.copyOf(new LinkedHashSet<>(byName.values()));
    }

    /** Adds a task whose id and aliases are free. */
    public synchronized void add(Task<?, ?> task) {
        for (String name : namesOf(task)) {
            if (byName.containsKey(key(name))) {
                throw new DuplicateTaskException(name);
            }
        }
        replace(null, task);
    }

    /** Replaces the task of the same id. */
    public synchronized void edit(Task<?, ?> task) {
        Task<?, ?> old = byId(task.id()).orElseThrow(() -> new TaskNotFoundException(task.id(), similar(task.id())));
        replace(old, task);
    }

    /** Adds or replaces. */
    public synchronized void put(Task<?, ?> task) {
        replace(byId(task.id()).orElse(null), task);
    }

    /** Forgets the task of this id, and answers whether there was one. */
    public synchronized boolean remove(String id) {
        Optional<Task<?, ?>> old = byId(id);
        old.ifPresent(task -> replace(task, null));
        return old.isPresent();
    }

    private Optional<Task<?, ?>> byId(String id) {
        return Optional.<Task<?, ?>>ofNullable(byName.get(key(id)))
                .filter(task -> key(task.id()).equals(key(id)));
    }

    private void replace(@Nullable Task<?, ?> old, @Nullable Task<?, ?> given) {
        Task<?, ?> task = given == null ? null : withDefaults(given);
        Map<String, Task<?, ?>> next = new TreeMap<>(byName);
        if (old != null) {
            next.values().removeIf(each -> each == old);
        }
        if (task != null) {
            for (String name : namesOf(task)) {
                if (next.putIfAbsent(key(name), task) != null) {
                    throw new DuplicateTaskException(name);
                }
            }
        }
        if (task != null) {
            contracts.of(task); // or it says why the task makes no sense
        }
        Set<String> all = new LinkedHashSet<>();
        next.values().stream()
                .filter(each -> nodeTags.containsAll(each.options().nodeTags()))
                .forEach(each -> all.addAll(namesOf(each)));
        byName = next;
        names = Set.copyOf(all);
    }

    private Task<?, ?> withDefaults(Task<?, ?> task) {
        return task.options().retry() != null
                ? task
                : task.withOptions(task.options().withRetry(retry));
    }

    private List<String> similar(String id) {
        return Similar.to(id, all().stream().<String>map(Task::id).toList());
    }

    private static List<String> namesOf(Task<?, ?> task) {
        List<String> names = new ArrayList<>(task.options().aliases());
        names.addFirst(task.id());
        return names;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
