package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * A queue as the store knows it.
 *
 * @param name as declared; {@code task/} and an id for what holds for a task whatever queue its runs are in
 * @param base the limits that were declared
 * @param override what an operator says instead, where it says something; null if nobody did
 * @param paused whether nothing of it starts
 * @param claimed how many of its runs execute, or are about to; of those that limits hold for, how many slots they take
 * @param waiting how many of its runs are queued, counted up to 10,000
 * @param lingering how many more slots are taken by bodies that do not stop although their runs have timed out or were cancelled
 */
public record QueueInfo(
        String name, Limits base, @Nullable Limits override, boolean paused, int claimed, int waiting, int lingering) {

    /** The limits that hold now. */
    public Limits limits() {
        return (override == null ? base : base.overriddenBy(override)).lifted();
    }
}
