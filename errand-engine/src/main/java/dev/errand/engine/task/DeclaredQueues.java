package dev.errand.engine.task;

import dev.errand.Limits;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.store.QueueEntry;
import dev.errand.store.limits.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The queues that stand in one program's code. A task that names one without limits only uses it: what another task, another node or
 * the builder says of its limits holds.
 */
final class DeclaredQueues {
    private final Map<String, QueueEntry> entries = new LinkedHashMap<>();
    private final Map<String, String> where = new LinkedHashMap<>();

    /** Of tasks, and of the builder; two that contradict each other are refused. */
    static List<QueueEntry> of(Collection<TaskQueue> queues, Collection<Task<?, ?>> tasks) {
        DeclaredQueues declared = new DeclaredQueues();
        queues.forEach(queue -> declared.add(queue.name(), queue.limits(), "the builder"));
        for (Task<?, ?> task : tasks) {
            TaskQueue queue = task.options().queue();
            if (queue != null && queue.limits().isNone()) {
                declared.use(queue.name());
            } else if (queue != null) {
                declared.add(queue.name(), queue.limits(), "task " + task.id());
            }
            declared.add(TaskQueue.OF_TASK + task.id(), task.options().limits(), "task " + task.id());
        }
        return new ArrayList<>(declared.entries.values());
    }

    private void use(String name) {
        entries.putIfAbsent(Scope.key(name), new QueueEntry(name, null));
    }

    private void add(String name, Limits limits, String by) {
        QueueEntry before = entries.put(Scope.key(name), new QueueEntry(name, limits));
        String other = where.put(Scope.key(name), by);
        if (before != null && before.limits() != null && !before.limits().equals(limits)) {
            throw new IllegalArgumentException(
                    "The queue '%s' has one set of limits by %s and another by %s: %s, and %s; declare them once, and name the queue without limits elsewhere"
                            .formatted(name, other, by, before.limits(), limits));
        }
    }
}
