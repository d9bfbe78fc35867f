package dev.errand.engine.task;

import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.spi.TaskFinder;
import dev.errand.spi.TaskPlace;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which attempts execute in child processes, and whether a child would find all it needs. */
public final class Isolation {
    private Isolation() {}

    /** A task that says so; and any with a machine that a child can find, which goes for all task files. */
    public static boolean isIsolated(Task<?, ?> task, @Nullable Machine machine) {
        return task.options().isolated() || (machine != null && task.place() != null);
    }

    /**
     * Looks whether a child would find it all.
     *
     * @param task as given, without the engine's defaults
     * @throws IllegalArgumentException if it would not; the message says what to do
     */
    static void check(
            Task<?, ?> task, Defaults defaults, List<TaskHooks<@Nullable Object, @Nullable Object>> engineHooks) {
        Task<?, ?> whole = defaults.of(task);
        if (!isIsolated(whole, whole.options().machine())) {
            if (task.options().onOutOfMemory() != null) {
                throw new IllegalArgumentException(
                        "Task %s has a machine for after it ran out of memory, but only isolated attempts are found to do so; add isolated(…)"
                                .formatted(task.id()));
            }
            return;
        }
        TaskPlace place = task.place();
        if (place == null) {
            throw new IllegalArgumentException(
                    "Task %s is isolated, but another process cannot find its code: hold the task in a static field and say where, with isolated(Holder.class)"
                            .formatted(task.id()));
        }
        checkPolicy(task, defaults.retry());
        engineHooks.forEach(hooks -> checkHooks(task, hooks.getClass()));
        finder(place.finder()).check(place.text(), task);
    }

    private static void checkPolicy(Task<?, ?> task, Retry ofEngine) {
        if (task.options().retry() == null && !ofEngine.rules().isEmpty()) {
            throw new IllegalArgumentException(
                    "Task %s is isolated and has no retry policy, but the engine's has rules, which another process cannot find; give the task a policy"
                            .formatted(task.id()));
        }
    }

    private static void checkHooks(Task<?, ?> task, Class<?> hooks) {
        try {
            constructor(hooks);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw new IllegalArgumentException(
                    "Task %s is isolated, but another process cannot make the engine's hooks %s: their class needs a name and a constructor without parameters"
                            .formatted(task.id(), hooks.getName()),
                    e);
        }
    }

    private static <T> Constructor<T> constructor(Class<T> type) throws NoSuchMethodException, ClassNotFoundException {
        if (type.isHidden() || Class.forName(type.getName(), false, ClassLoader.getSystemClassLoader()) != type) {
            throw new ClassNotFoundException(type.getName());
        }
        Constructor<T> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor;
    }

    /** A new one of a class that has a constructor without parameters. */
    public static <T> T make(Class<T> type) throws ReflectiveOperationException {
        return constructor(type).newInstance();
    }

    private static TaskFinder finder(Class<? extends TaskFinder> type) {
        try {
            return type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "The finder of tasks %s cannot be made by a public constructor without parameters"
                            .formatted(type.getName()),
                    e);
        }
    }
}
