package dev.errand.store.limits;

import org.jspecify.annotations.Nullable;

/**
 * Where runs of one task wait: in its own line, or in a named queue.
 *
 * @param number as {@link Lines} has it
 * @param task the task's number
 * @param queue the queue's number; null for the task's own line
 * @param keyed whether runs with keys were ever there
 */
public record Place(int number, int task, @Nullable Integer queue, boolean keyed) {
    static Place own(int task) {
        return new Place(task, task, null, false);
    }

    /** The number under which it has its turn: all places of a queue have one turn, since they are one order. */
    public int turn() {
        return queue == null ? number : Lines.NAMED + queue;
    }
}
