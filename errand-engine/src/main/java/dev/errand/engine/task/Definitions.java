package dev.errand.engine.task;

import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskNotFoundException;
import dev.errand.TaskQueue;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schema.Contracts;
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
        store.queues().declare(DeclaredQueues.of(queues, tasks));
        store.declare(tasks.stream()
                .map(task -> Definition.of(task, defaults, contracts.of(task)).entry(task, codec, clock.instant()))
                .toList());
        known = Map.of();
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
