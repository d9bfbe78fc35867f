package dev.errand;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A named line in which runs wait, of one task or of several, with its limits. Declared with a task that uses it, or with
 * {@link ErrandBuilder#queues}; the newest declaration of a name holds, and one program may not declare one name in two ways.
 *
 * <pre>{@code
 * static final TaskQueue MAIL = TaskQueue.named("mail").concurrency(5).rate(Rate.of(100, Duration.ofMinutes(1)));
 * }</pre>
 *
 * @param name unique ignoring case
 */
public record TaskQueue(String name, Limits limits) {
    /** What the names of the queues begin with that every task has for itself; {@code task/} and its id. */
    public static final String OF_TASK = "task/";

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._:/-]{0,127}");

    public TaskQueue {
        Objects.requireNonNull(limits, "limits");
        if (!NAME.matcher(name).matches() || name.regionMatches(true, 0, OF_TASK, 0, OF_TASK.length())) {
            throw new IllegalArgumentException(
                    "'%s' is no name of a queue: 1 to 128 letters, digits and . _ : / - are allowed, beginning with a letter or digit, and not with %s"
                            .formatted(name, OF_TASK));
        }
    }

    /** Without limits: with a task, as who uses the queue and leaves its limits to where they are declared. */
    public static TaskQueue named(String name) {
        return new TaskQueue(name, Limits.none());
    }

    /** How many of its runs may execute at a time; null for no limit. */
    public TaskQueue concurrency(@Nullable Integer concurrency) {
        return limits(limits.concurrency(concurrency));
    }

    /** How many of its runs of each key may execute at a time; null for no limit. */
    public TaskQueue concurrencyPerKey(@Nullable Integer concurrency) {
        return limits(limits.concurrencyPerKey(concurrency));
    }

    /** How many of its runs may start in a period; null for no limit. */
    public TaskQueue rate(@Nullable Rate rate) {
        return limits(limits.rate(rate));
    }

    /** How many of its runs of each key may start in a period; null for no limit. */
    public TaskQueue ratePerKey(@Nullable Rate rate) {
        return limits(limits.ratePerKey(rate));
    }

    /** How many of its runs may be delayed or queued, see {@link Limits#maxPending()}; null for no limit. */
    public TaskQueue maxPending(@Nullable Integer maxPending) {
        return limits(limits.maxPending(maxPending));
    }

    /** What becomes of a run that would have to wait for a concurrency limit, which is to be set before. */
    public TaskQueue onConflict(OnConflict onConflict) {
        return limits(limits.onConflict(onConflict));
    }

    /** All limits at once. */
    public TaskQueue limits(Limits limits) {
        return new TaskQueue(name, limits);
    }
}
