package dev.errand;

/** Nobody declared such a queue. */
public final class QueueNotFoundException extends ErrandException {
    private final String queue;

    public QueueNotFoundException(String queue) {
        super("No queue '%s'; declare it with a task, or with ErrandBuilder.queues".formatted(queue));
        this.queue = queue;
    }

    public String queue() {
        return queue;
    }
}
