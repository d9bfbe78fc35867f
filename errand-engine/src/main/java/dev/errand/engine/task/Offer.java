package dev.errand.engine.task;

import dev.errand.Machine;
import dev.errand.TaskOptions;
import java.util.List;
import java.util.Set;

/**
 * What a node has for tasks that ask for it.
 *
 * @param tags of the node
 * @param budget what the machines of attempts may sum up to
 */
public record Offer(Set<String> tags, Machine budget) {
    public Offer(List<String> tags, Machine budget) {
        this(Set.copyOf(tags), budget);
    }

    /** Whether the node has all that a task may ask for. */
    boolean suits(TaskOptions task) {
        return tags.containsAll(task.nodeTags())
                && (task.machine() == null || budget.holds(task.machine()))
                && (task.onOutOfMemory() == null || budget.holds(task.onOutOfMemory()));
    }
}
