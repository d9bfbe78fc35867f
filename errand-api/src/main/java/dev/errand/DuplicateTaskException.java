package dev.errand;

/** A task's id or alias is taken, ignoring case. */
public final class DuplicateTaskException extends ErrandException {
    private final String task;

    public DuplicateTaskException(String task) {
        super("A task '%s' is already registered; ids and aliases are unique ignoring case. To change it, use edit"
                .formatted(task));
        this.task = task;
    }

    public String task() {
        return task;
    }
}
