package dev.errand.store.limits;

import dev.errand.Limits;
import dev.errand.TaskQueue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What limits hold for: a queue, or all runs of a task.
 *
 * @param override null if no operator said anything
 */
public record Scope(
        int number, String name, Limits base, @Nullable Limits override, boolean paused) {
    public Limits limits() {
        return (override == null ? base : base.overriddenBy(override)).lifted();
    }

    public boolean isOfTask() {
        return name.startsWith(TaskQueue.OF_TASK);
    }

    /** Whether claims need not look at it. */
    boolean isFree() {
        return !paused && !limitsStarts();
    }

    /** Whether it says how many of its runs may execute or start. */
    public boolean limitsStarts() {
        return !limits().maxPending(null).isNone();
    }

    /** Whether no claim can be made under it at all. */
    boolean isShut() {
        Limits limits = limits();
        return paused || isZero(limits.concurrency()) || isZero(limits.concurrencyPerKey());
    }

    private static boolean isZero(@Nullable Integer limit) {
        return limit != null && limit == 0;
    }

    /** A name as names are compared. */
    public static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The name of what holds for all runs of a task. */
    public static String ofTask(String task) {
        return TaskQueue.OF_TASK + task;
    }
}
