package dev.errand.engine.task;

import dev.errand.Task;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Under which keys the schedules that stand in tasks' code are stored: each is one task's alone, or the one would take the other's. */
public final class ScheduleKeys {
    private ScheduleKeys() {}

    /** An empty key is the task's id. */
    public static String of(Task<?, ?> task, String key) {
        return key.isEmpty() ? task.id() : key;
    }

    private static Set<String> all(Task<?, ?> task) {
        return task.options().schedules().keySet().stream()
                .map(key -> of(task, key))
                .collect(Collectors.toSet());
    }

    /** Refuses a task with a key that another of these has. */
    static void check(Task<?, ?> task, Collection<Task<?, ?>> others) {
        Set<String> keys = all(task);
        for (Task<?, ?> other : keys.isEmpty() ? Set.<Task<?, ?>>of() : others) {
            for (String taken : all(other)) {
                if (keys.contains(taken)) {
                    throw new IllegalArgumentException(
                            "Tasks %s and %s both have a schedule '%s'; give one of them another key"
                                    .formatted(other.id(), task.id(), taken));
                }
            }
        }
    }
}
