package dev.errand;

import dev.errand.spi.StaticTasks;
import dev.errand.spi.TaskPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task about to be described; {@code run} ends it. Not for use by several threads.
 *
 * @param <S> the builder itself
 */
public abstract sealed class TaskBuilder<S extends TaskBuilder<S>> permits TaskWithOutput, TaskWithoutOutput {
    final String id;
    TaskOptions options = TaskOptions.defaults();

    @Nullable
    TaskPlace place;

    TaskBuilder(String id) {
        this.id = id;
    }

    abstract S self();

    /** One sentence for people. */
    public S description(String description) {
        return options(options.withDescription(description));
    }

    /** Former ids of this task: runs triggered or stored under them are runs of this task. */
    public S aliases(String... aliases) {
        return options(options.withAliases(List.of(aliases)));
    }

    public S retry(Retry retry) {
        return options(options.withRetry(retry));
    }

    /** A limit on the whole run, counted from its trigger: time in the queue counts. */
    public S timeout(Duration limit) {
        return timeout(Timeout.ofRun(limit));
    }

    public S timeout(Timeout timeout) {
        return options(options.withTimeout(timeout));
    }

    /**
     * How long an attempt may be active, waits not counted; one that takes longer ends its run TIMED_OUT.
     *
     * @param maxDuration at least 5 s; zero for as long as it likes, whatever {@link ErrandBuilder#maxDuration} says
     */
    public S maxDuration(Duration maxDuration) {
        return options(options.withMaxDuration(maxDuration));
    }

    /**
     * How long a run may wait for its first start, counted from its due time.
     *
     * @param ttl zero for ever, whatever {@link ErrandBuilder#ttl} says
     */
    public S ttl(Duration ttl) {
        return options(options.withTtl(ttl));
    }

    /** Default arguments, merged key by key under payloads that are JSON objects. */
    public S arguments(Map<String, Object> arguments) {
        return options(options.withArguments(arguments));
    }

    /** Runs attempts, and branches of their bodies, on a thread of the operating system each, for bodies that compute for long. */
    public S platformThread() {
        return options(options.withPlatformThread(true));
    }

    /** How often a run may start again after its process died with it; 0 for bodies that must not repeat. */
    public S redeliveries(int redeliveries) {
        return options(options.withRedeliveries(redeliveries));
    }

    /** Tags a node must have to run this task, all of them; see {@link ErrandBuilder#nodeTags}. Any node unless set. */
    public S nodeTags(String... tags) {
        return options(options.withNodeTags(List.of(tags)));
    }

    /**
     * Errors that are part of what is known to come of it, such as an account that is short: a run whose body throws one of just these
     * classes ends FAILED at once, with kind {@link FailureKind#DECLARED}. Errors of other classes, also of those below these, are
     * unexpected, and retried.
     */
    @SafeVarargs
    public final S declares(Class<? extends Throwable>... errors) {
        List<Class<? extends Throwable>> all = new ArrayList<>();
        for (Class<? extends Throwable> error : errors) {
            all.add(error);
        }
        return options(options.withErrors(all));
    }

    /** What its payloads must look like; derived from the payload's type unless set. */
    public S schema(PayloadSchema schema) {
        return options(options.withSchema(schema));
    }

    /** The same, written by hand as a JSON Schema. */
    public S schema(String json) {
        return schema(PayloadSchema.of(json));
    }

    /** Where runs wait, unless their triggers say otherwise; unless set, in a line of the task's own. */
    public S queue(TaskQueue queue) {
        return options(options.withQueue(queue));
    }

    /** What holds for all runs of this task, whatever queue they are in. */
    public S limits(Limits limits) {
        return options(options.withLimits(limits));
    }

    /**
     * Takes a run's key, for limits per key, from its payload unless its trigger names one.
     *
     * @param path keys of JSON objects with dots between them, such as {@code customer.id}
     */
    public S concurrencyKey(String path) {
        return options(options.withConcurrencyKey(path));
    }

    /**
     * What an attempt takes of its node's budget: a node starts it when that much is free. Without one, and without one of the
     * engine's, attempts cost nothing.
     */
    public S machine(Machine machine) {
        return options(options.withMachine(machine));
    }

    /**
     * Runs attempts in a process of their own, with this program's class path; if the task has a machine, its memory is enforced. What
     * does not stop when it is asked to is killed. That process finds the task's code, its hooks and its policy in a static field:
     *
     * <pre>{@code
     * class Films {
     *     static final Task<Film, String> RENDER = Task.named("render", Film.class, String.class)
     *             .machine(Machine.MEDIUM_1X)
     *             .isolated(Films.class)
     *             .run((film, run) -> renderer.render(film));
     * }
     * }</pre>
     *
     * @param holder a class with a static field that holds this task; that is checked when the task is registered
     */
    public S isolated(Class<?> holder) {
        place = StaticTasks.in(holder);
        return options(options.withIsolated(true));
    }

    /**
     * Makes another attempt, on a larger machine, once one ran out of memory; counted as any other. Without it, and on that machine,
     * running out of memory ends a run CRASHED. Only isolated attempts are found to run out of memory.
     */
    public S onOutOfMemory(Machine larger) {
        return options(options.withOnOutOfMemory(larger));
    }

    /** Triggers it by itself at set times, under a key that is the task's id; see {@link #schedule(String, Schedule)}. */
    public S schedule(Schedule schedule) {
        return schedule("", schedule);
    }

    /**
     * Triggers it by itself at set times. The schedule stands in the store from when a node with this code starts, and goes when one
     * starts whose code of this task has it no more. While no living node has the task's code, it does not fire.
     *
     * @param key unique in a store; empty for the task's id
     */
    public S schedule(String key, Schedule schedule) {
        Map<String, Schedule> schedules = new LinkedHashMap<>(options.schedules());
        if (schedules.put(key, schedule) != null) {
            throw new IllegalArgumentException("Task %s has a schedule '%s' already; give the other a key of its own"
                    .formatted(id, key.isEmpty() ? id : key));
        }
        return options(options.withSchedules(schedules));
    }

    /** All options at once, replacing what was set before. */
    public S options(TaskOptions options) {
        this.options = options;
        return self();
    }
}
