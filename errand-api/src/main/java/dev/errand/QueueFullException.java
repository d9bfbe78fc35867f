package dev.errand;

/** So many runs are pending in a queue, or of a task, that it takes no more. Nothing was stored of what was triggered together. */
public final class QueueFullException extends ErrandException {
    private final String queue;
    private final int maxPending;
    private final int pending;

    public QueueFullException(String queue, int maxPending, int pending) {
        super(
                "The queue '%s' is full: %,d of its runs are pending, it takes %,d, and so never more at a time; nothing was stored, trigger again later"
                        .formatted(queue, pending, maxPending));
        this.queue = queue;
        this.maxPending = maxPending;
        this.pending = pending;
    }

    /** Its name as declared; {@code task/} and an id for what holds for all runs of a task. */
    public String queue() {
        return queue;
    }

    /** See {@link Limits#maxPending()}. */
    public int maxPending() {
        return maxPending;
    }

    /** How many were pending without those that were refused, at least: no more are counted than it takes to know that there are too many. */
    public int pending() {
        return pending;
    }
}
