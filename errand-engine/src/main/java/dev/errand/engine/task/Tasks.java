package dev.errand.engine.task;

import dev.errand.DuplicateTaskException;
import dev.errand.Machine;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TaskNotFoundException;
import dev.errand.engine.schema.Contracts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tasks whose code this engine has, by id and alias, ignoring case. Thread-safe: each change makes a new map. */
public final class Tasks {
    private final Contracts contracts;
    private final Offer offer;
    private final Defaults defaults;
    private final List<TaskHooks<@Nullable Object, @Nullable Object>> hooks;
    private volatile Map<String, Task<?, ?>> byName = Map.of();
    private volatile Set<String> names = Set.of();
    private volatile Set<String> withoutMachine = Set.of();

    /**
     * Without tasks as yet.
     *
     * @param offer what this node has
     * @param defaults what tasks have that say nothing themselves
     * @param hooks around the attempts of all tasks
     */
    public Tasks(
            Offer offer,
            Defaults defaults,
            List<TaskHooks<@Nullable Object, @Nullable Object>> hooks,
            Contracts contracts) {
        this.contracts = contracts;
        this.hooks = List.copyOf(hooks);
        this.offer = offer;
        this.defaults = defaults;
    }

    /** The task of this id or alias, if its code is here. */
    public @Nullable Task<?, ?> find(String name) {
        Task<?, ?> exact = byName.get(name);
        return exact != null ? exact : byName.get(key(name));
    }

    /** What this node has. */
    public Offer offer() {
        return offer;
    }

    /** All ids and aliases as registered of the tasks that this node may run; the same set until something changes. */
    public Set<String> names() {
        return names;
    }

    /** Those of them that have no machine, so that their attempts cost nothing. */
    public Set<String> withoutMachine() {
        return withoutMachine;
    }

    /** The machines of isolated tasks that this node may run; empty stands for none. */
    public Set<Optional<Machine>> isolatedOn() {
        return byName.values().stream()
                .filter(task -> offer.suits(task.options())
                        && Isolation.isIsolated(task, task.options().machine()))
                .map(task -> Optional.ofNullable(task.options().machine()))
                .collect(Collectors.toUnmodifiableSet());
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
        if (given != null) {
            Isolation.check(given, defaults, hooks);
        }
        Task<?, ?> task = given == null ? null : defaults.of(given);
        Map<String, Task<?, ?>> next = new TreeMap<>(byName);
        if (old != null) {
            next.values().removeIf(each -> each == old);
        }
        if (task != null) {
            ScheduleKeys.check(task, next.values());
            for (String name : namesOf(task)) {
                if (next.putIfAbsent(key(name), task) != null) {
                    throw new DuplicateTaskException(name);
                }
            }
        }
        if (task != null) {
            contracts.of(task); // or it says why the task makes no sense
        }
        byName = next;
        names = names(next, each -> offer.suits(each.options()));
        withoutMachine = names(
                next, each -> offer.suits(each.options()) && each.options().machine() == null);
    }

    private static Set<String> names(Map<String, Task<?, ?>> tasks, Predicate<Task<?, ?>> which) {
        Set<String> names = new LinkedHashSet<>();
        tasks.values().stream().filter(which).forEach(each -> names.addAll(namesOf(each)));
        return Set.copyOf(names);
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
