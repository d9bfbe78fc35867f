package dev.errand;

import java.util.List;

/** Nobody declared such a task. */
public final class TaskNotFoundException extends ErrandException {
    private final String task;
    private final transient List<String> similar;

    /** @param similar ids that look alike, the likeliest first */
    public TaskNotFoundException(String task, List<String> similar) {
        super("No task '%s'%s"
                .formatted(task, similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?"));
        this.task = task;
        this.similar = List.copyOf(similar);
    }

    public String task() {
        return task;
    }

    public List<String> similar() {
        return similar;
    }
}
