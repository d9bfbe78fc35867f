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
    private volatile Registered registered = new Registered(Map.of(), Set.of(), Set.of());

    /** What is registered at one moment, until something changes. */
    private static final class Registered {
        final Map<String, Task<?, ?>> byName;
        final Set<String> names;
        final Set<String> withoutMachine;

        Registered(Map<String, Task<?, ?>> byName, Set<String> names, Set<String> withoutMachine) {
            this.byName = byName;
            this.names = names;
            this.withoutMachine = withoutMachine;
        }
    }

    /** One more task, or another in the place of one: checked, and not made yet. */
    public static final class Change {
        private final Registered before;
        private final Registered after;
        private final Task<?, ?> task;
        private final boolean replaces;

        private Change(Registered before, Registered after, Task<?, ?> task, boolean replaces) {
            this.before = before;
            this.after = after;
            this.task = task;
            this.replaces = replaces;
        }

        /** As it will be registered: with what the engine's tasks have that say nothing themselves. */
        public Task<?, ?> task() {
            return task;
        }

        /** Whether there was one of its id. */
        public boolean replaces() {
            return replaces;
        }
    }

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
        Map<String, Task<?, ?>> byName = registered.byName;
        Task<?, ?> exact = byName.get(name);
        return exact != null ? exact : byName.get(key(name));
    }

    /** What this node has. */
    public Offer offer() {
        return offer;
    }

    /** All ids and aliases as registered of the tasks that this node may run; the same set until something changes. */
    public Set<String> names() {
        return registered.names;
    }

    /** Those of them that have no machine, so that their attempts cost nothing. */
    public Set<String> withoutMachine() {
        return registered.withoutMachine;
    }

    /** The machines of isolated tasks that this node may run; empty stands for none. */
    public Set<Optional<Machine>> isolatedOn() {
        return registered.byName.values().stream()
                .filter(task -> offer.suits(task.options())
                        && Isolation.isIsolated(task, task.options().machine()))
                .map(task -> Optional.ofNullable(task.options().machine()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** All tasks, by id. */
    public List<Task<?, ?>> all() {
        return List.copyOf(new LinkedHashSet<>(registered.byName.values()));
    }

    /** Adds a task whose id and aliases are free. */
    public synchronized void add(Task<?, ?> task) {
        make(adding(task));
    }

    /** Replaces the task of the same id. */
    public synchronized void edit(Task<?, ?> task) {
        make(editing(task));
    }

    /** See {@link #add}. */
    public Change adding(Task<?, ?> task) {
        Registered before = registered;
        for (String name : namesOf(task)) {
            if (before.byName.containsKey(key(name))) {
                throw new DuplicateTaskException(name);
            }
        }
        return change(before, null, task);
    }

    /** See {@link #edit}. */
    public Change editing(Task<?, ?> task) {
        Registered before = registered;
        Task<?, ?> old =
                byId(before, task.id()).orElseThrow(() -> new TaskNotFoundException(task.id(), similar(task.id())));
        return change(before, old, task);
    }

    /** Adds or replaces. */
    public Change putting(Task<?, ?> task) {
        Registered before = registered;
        return change(before, byId(before, task.id()).orElse(null), task);
    }

    /** Makes a change, between whose check and this nobody made another. */
    public synchronized void make(Change change) {
        requireSame(change.before);
        registered = change.after;
    }

    /** Takes a change back that was made last. */
    public synchronized void undo(Change change) {
        requireSame(change.after);
        registered = change.before;
    }

    private void requireSame(Registered seen) {
        if (registered != seen) {
            throw new IllegalStateException("other tasks have been registered meanwhile");
        }
    }

    /** Forgets the task of this id, and answers whether there was one. */
    public synchronized boolean remove(String id) {
        Registered before = registered;
        Optional<Task<?, ?>> old = byId(before, id);
        old.ifPresent(task -> registered = registered(without(before, task)));
        return old.isPresent();
    }

    private static Optional<Task<?, ?>> byId(Registered registered, String id) {
        return Optional.<Task<?, ?>>ofNullable(registered.byName.get(key(id)))
                .filter(task -> key(task.id()).equals(key(id)));
    }

    private static Map<String, Task<?, ?>> without(Registered registered, @Nullable Task<?, ?> old) {
        Map<String, Task<?, ?>> next = new TreeMap<>(registered.byName);
        next.values().removeIf(each -> each == old);
        return next;
    }

    private Change change(Registered before, @Nullable Task<?, ?> old, Task<?, ?> given) {
        Isolation.check(given, defaults, hooks);
        Task<?, ?> task = defaults.of(given);
        Map<String, Task<?, ?>> next = without(before, old);
        ScheduleKeys.check(task, next.values());
        for (String name : namesOf(task)) {
            if (next.putIfAbsent(key(name), task) != null) {
                throw new DuplicateTaskException(name);
            }
        }
        contracts.of(task); // or it says why the task makes no sense
        return new Change(before, registered(next), task, old != null);
    }

    private Registered registered(Map<String, Task<?, ?>> tasks) {
        return new Registered(
                tasks,
                names(tasks, each -> offer.suits(each.options())),
                names(
                        tasks,
                        each -> offer.suits(each.options()) && each.options().machine() == null));
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
