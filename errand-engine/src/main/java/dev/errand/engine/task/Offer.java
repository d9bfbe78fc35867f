package dev.errand.engine.task;

import dev.errand.Machine;
import dev.errand.QueueNotFoundException;
import dev.errand.TaskOptions;
import dev.errand.TaskQueue;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a node has for tasks that ask for it.
 *
 * @param tags of the node
 * @param budget what the machines of attempts may sum up to
 * @param queues the only ones it works on; empty if it works on all, and on what is in none
 */
public record Offer(Set<String> tags, Machine budget, Set<String> queues) {
    public Offer(Collection<String> tags, Machine budget) {
        this(Set.copyOf(tags), budget, Set.of());
    }

    /** The same on some queues only, by their names. */
    public Offer on(Collection<String> only) {
        return new Offer(
                tags,
                budget,
                only.stream().map(queue -> queue.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * Looks whether those queues are there.
     *
     * @throws QueueNotFoundException if nobody declared one of them: nothing would ever come from it
     */
    public void check(KnownQueues known) {
        for (String queue : queues) {
            if (queue.startsWith(TaskQueue.OF_TASK)) {
                throw new IllegalArgumentException(
                        "'%s' stands for all runs of a task and is no queue to work on; leave out the code of other tasks instead"
                                .formatted(queue));
            }
            known.require(queue);
        }
    }

    /** Whether the node has all that a task may ask for. */
    boolean suits(TaskOptions task) {
        return tags.containsAll(task.nodeTags())
                && (task.machine() == null || budget.holds(task.machine()))
                && (task.onOutOfMemory() == null || budget.holds(task.onOutOfMemory()));
    }
}
