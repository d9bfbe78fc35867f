package dev.errand.spi;

import dev.errand.Task;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds tasks in the static fields of a class that is on the class path or the module path. */
public final class StaticTasks implements TaskFinder {
    /** Called by whoever looks for a task. */
    public StaticTasks() {}

    /** The static fields of this class. */
    public static TaskPlace in(Class<?> holder) {
        return new TaskPlace(StaticTasks.class, holder.getName());
    }

    @Override
    public Task<?, ?> find(String holder, String id) throws ClassNotFoundException {
        Class<?> type = Class.forName(holder, true, ClassLoader.getSystemClassLoader());
        return find(type, id)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no static field of %s holds the task %s; tasks there: %s".formatted(holder, id, ids(type))));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // another body of the same kind is another body
    public void check(String holder, Task<?, ?> task) {
        Task<?, ?> found = found(holder, task.id());
        boolean same = found.body() == task.body()
                && found.hooks().equals(task.hooks())
                && found.parser() == task.parser()
                && found.options().errors().equals(task.options().errors())
                && hasPolicyOf(task, found.options().retry());
        if (!same) {
            throw new IllegalArgumentException(
                    "Task %s is isolated in %s, but what a static field there holds has other code, hooks, declared errors or another retry policy; register that"
                            .formatted(task.id(), holder));
        }
    }

    /** The engine gives a task that has no policy its own. */
    private static boolean hasPolicyOf(Task<?, ?> task, @Nullable Object policy) {
        return policy == null || policy.equals(task.options().retry());
    }

    private Task<?, ?> found(String holder, String id) {
        try {
            return find(holder, id);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "Task %s cannot be isolated: another process finds only what is on the class path or the module path itself, and %s is not (it comes from inside another archive, or from a class loader of its own)"
                            .formatted(id, holder),
                    e);
        } catch (IllegalArgumentException | InaccessibleObjectException e) {
            throw new IllegalArgumentException("Task %s cannot be isolated: %s".formatted(id, e.getMessage()), e);
        }
    }

    private static Optional<Task<?, ?>> find(Class<?> holder, String id) {
        return tasks(holder).stream()
                .filter(task -> task.id().equalsIgnoreCase(id))
                .findFirst();
    }

    private static String ids(Class<?> holder) {
        List<String> ids = tasks(holder).stream().<String>map(Task::id).toList();
        return ids.isEmpty() ? "none" : String.join(", ", ids);
    }

    private static List<Task<?, ?>> tasks(Class<?> holder) {
        List<Task<?, ?>> tasks = new ArrayList<>();
        for (Field field : holder.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && Task.class.isAssignableFrom(field.getType())) {
                field.setAccessible(true);
                if (value(field) instanceof Task<?, ?> task) {
                    tasks.add(task);
                }
            }
        }
        return tasks;
    }

    private static @Nullable Object value(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new InaccessibleObjectException(String.valueOf(e.getMessage()));
        }
    }
}
