package dev.errand.engine.task;

import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskNotFoundException;
import dev.errand.TaskQueue;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schema.Contracts;
import dev.errand.store.QueueEntry;
import dev.errand.store.Store;
import dev.errand.store.TaskEntry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tasks the store knows, whoever has their code. What other nodes declare is looked up when it is asked for. */
public final class Definitions {
    private final Store store;
    private final Codec codec;
    private final Clock clock;
    private final Defaults defaults;
    private final Contracts contracts;
    private volatile Map<String, TaskInfo> known = Map.of();

    /**
     * Knows nothing yet.
     *
     * @param defaults what tasks have that say nothing themselves
     */
    public Definitions(Store store, Codec codec, Clock clock, Defaults defaults, Contracts contracts) {
        this.contracts = contracts;
        this.store = store;
        this.codec = codec;
        this.clock = clock;
        this.defaults = defaults;
    }

    /** Stores the definitions of tasks whose code is here, and their queues: those first, since what is declared may be triggered. */
    public void declare(List<Task<?, ?>> tasks) {
        declare(tasks, List.of());
    }

    /** As {@link #declare(List)}, with queues beside. */
    public void declare(List<Task<?, ?>> tasks, List<TaskQueue> queues) {
        List<QueueEntry> declared = DeclaredQueues.of(queues, tasks);
        List<TaskEntry> entries = tasks.stream().map(this::entry).toList();
        store.queues().declare(declared);
        store.declare(entries);
        known = Map.of();
    }

    private TaskEntry entry(Task<?, ?> task) {
        return Definition.of(task, defaults, contracts.of(task)).entry(task, codec, clock.instant());
    }

    /**
     * Looks whether they can be declared.
     *
     * @throws IllegalArgumentException if not; the message says why
     */
    public void check(List<Task<?, ?>> tasks) {
        tasks.forEach(this::entry);
    }

    /**
     * A task as it will be once it is declared.
     *
     * @throws IllegalArgumentException if it cannot be stored; the message says why
     */
    public TaskInfo described(Task<?, ?> task) {
        return info(entry(task));
    }

    /**
     * The queues there are once these tasks and queues are declared.
     *
     * @throws IllegalArgumentException if they contradict each other
     */
    public KnownQueues queues(List<Task<?, ?>> tasks, List<TaskQueue> queues) {
        return new KnownQueues(store.queues(), DeclaredQueues.of(queues, tasks));
    }

    /** Removes a task from the store. */
    public void remove(String id) {
        store.removeTask(id);
        known = Map.of();
    }

    /** All of them, by id, as the store has them now. */
    public List<TaskInfo> all() {
        return store.tasks().stream().map(this::info).toList();
    }

    private TaskInfo info(TaskEntry entry) {
        return Definition.of(entry, codec).info(entry);
    }

    /** By id or alias, ignoring case; asks the store if it is new here. */
    public Optional<TaskInfo> find(String name) {
        TaskInfo cached = known.get(name);
        return cached != null
                ? Optional.of(cached)
                : Optional.ofNullable(refreshed().get(name));
    }

    /** As {@link #find}, or an error that says what may have been meant. */
    public TaskInfo get(String name) {
        return find(name).orElseThrow(() -> {
            List<String> ids = all().stream().map(TaskInfo::id).toList();
            return new TaskNotFoundException(name, Similar.to(name, ids));
        });
    }

    private Map<String, TaskInfo> refreshed() {
        Map<String, TaskInfo> next = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<TaskInfo> all = all();
        all.forEach(task -> task.aliases().forEach(alias -> next.put(alias, task)));
        all.forEach(task -> next.put(task.id(), task));
        known = next;
        return next;
    }
}
