package dev.errand;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a task asks for besides its code.
 *
 * @param description one sentence for people; empty if there is none
 * @param aliases former ids, under which it can still be triggered; unique among all ids, ignoring case
 * @param retry what follows a failed attempt; null for what the engine says, see {@link ErrandBuilder#retry}
 * @param timeout how long a run or an attempt may take
 * @param ttl how long a run may wait for its first start, counted from its due time; zero for ever; null for the engine's default, see
 *     {@link ErrandBuilder#ttl}
 * @param arguments default arguments: merged key by key under a payload that is a JSON object, afresh for each attempt
 * @param platformThread whether attempts, and the branches of their bodies, get threads of the operating system instead of virtual ones. For
 *     bodies that compute for long: virtual threads are not time-sliced
 * @param redeliveries how often a run may be started again after its process died with it, before it ends CRASHED; 0 for bodies
 *     that must not repeat
 * @param nodeTags what a node must have to run it, all of them; empty for any node
 * @param errors errors of these classes, and not of those below, are part of what is known to come of it: they end its runs without
 *     further attempts
 * @param schema what its payloads must look like
 * @param queue where its runs wait unless their triggers say otherwise; null for a line of its own without limits
 * @param limits what holds for all of its runs, whatever queue they are in
 * @param concurrencyKey where in the payload a run's key is, unless its trigger names one: keys of JSON objects with dots between
 *     them, such as {@code customer.id}; null for none
 * @param machine what an attempt takes of its node's budget; null for what the engine says, see {@link ErrandBuilder#machine}
 * @param isolated whether attempts run in a process of their own
 * @param onOutOfMemory the larger machine on which an attempt follows one that ran out of memory; null ends such a run CRASHED
 * @param schedules what triggers it by itself, by key, of which an empty one stands for the task's id; see {@link TaskBuilder#schedule(String, Schedule)}
 * @param maxDuration how long an attempt may be active, waits not counted, at least 5 s; zero for as long as it likes; null for the
 *     engine's default
 */
public record TaskOptions(
        String description,
        List<String> aliases,
        @Nullable Retry retry,
        Timeout timeout,
        @Nullable Duration ttl,
        Map<String, Object> arguments,
        boolean platformThread,
        int redeliveries,
        List<String> nodeTags,
        List<Class<? extends Throwable>> errors,
        PayloadSchema schema,
        @Nullable TaskQueue queue,
        Limits limits,
        @Nullable String concurrencyKey,
        @Nullable Machine machine,
        boolean isolated,
        @Nullable Machine onOutOfMemory,
        Map<String, Schedule> schedules,
        @Nullable Duration maxDuration) {

    private static final Pattern NODE_TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");

    private static final TaskOptions DEFAULTS = new TaskOptions(
            "",
            List.of(),
            null,
            Timeout.never(),
            null,
            Map.of(),
            false,
            5,
            List.of(),
            List.of(),
            PayloadSchema.ofType(),
            null,
            Limits.none(),
            null,
            null,
            false,
            null,
            Map.of(),
            null);

    public TaskOptions {
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(schema, "schema");
        Durations.requireSensible(ttl, "ttl");
        if (redeliveries < 0) {
            throw new IllegalArgumentException("redeliveries is " + redeliveries + "; it must be 0 or more");
        }
        Durations.requireMaxDuration(maxDuration);
        aliases = List.copyOf(aliases);
        arguments = Map.copyOf(arguments);
        nodeTags = checked(nodeTags);
        Objects.requireNonNull(limits, "limits");
        if (concurrencyKey != null && concurrencyKey.isBlank()) {
            throw new IllegalArgumentException(
                    "concurrencyKey is empty; it names a place in the payload, such as customer.id");
        }
        errors = List.copyOf(errors);
        if (machine != null && onOutOfMemory != null && onOutOfMemory.gigabytes() <= machine.gigabytes()) {
            throw new IllegalArgumentException(
                    "after an attempt that ran out of memory on %s (%s), %s (%s) is no help; name a machine with more memory"
                            .formatted(machine, machine.size(), onOutOfMemory, onOutOfMemory.size()));
        }
        schedules = Map.copyOf(schedules);
    }

    /** The policy of the task's own, or another if it has none. */
    public Retry retryOr(Retry other) {
        return retry == null ? other : retry;
    }

    /** Retries as the engine says, by itself three attempts with growing delays; no timeout, no ttl, five redeliveries. */
    public static TaskOptions defaults() {
        return DEFAULTS;
    }

    /** Tags of a node or a task, each once: checked alike, so that they can meet. */
    static List<String> checked(List<String> nodeTags) {
        for (String tag : nodeTags) {
            if (!NODE_TAG.matcher(tag).matches()) {
                throw new IllegalArgumentException(
                        "'%s' is no node tag: 1 to 128 letters, digits and . _ : / - are allowed, beginning with a letter or digit"
                                .formatted(tag));
            }
        }
        return nodeTags.stream().distinct().toList();
    }

    public TaskOptions withDescription(String description) {
        return with(draft -> draft.description = description);
    }

    public TaskOptions withAliases(List<String> aliases) {
        return with(draft -> draft.aliases = aliases);
    }

    public TaskOptions withRetry(@Nullable Retry retry) {
        return with(draft -> draft.retry = retry);
    }

    public TaskOptions withTimeout(Timeout timeout) {
        return with(draft -> draft.timeout = timeout);
    }

    public TaskOptions withTtl(@Nullable Duration ttl) {
        return with(draft -> draft.ttl = ttl);
    }

    public TaskOptions withArguments(Map<String, Object> arguments) {
        return with(draft -> draft.arguments = arguments);
    }

    public TaskOptions withPlatformThread(boolean platformThread) {
        return with(draft -> draft.platformThread = platformThread);
    }

    public TaskOptions withRedeliveries(int redeliveries) {
        return with(draft -> draft.redeliveries = redeliveries);
    }

    public TaskOptions withNodeTags(List<String> nodeTags) {
        return with(draft -> draft.nodeTags = nodeTags);
    }

    public TaskOptions withErrors(List<Class<? extends Throwable>> errors) {
        return with(draft -> draft.errors = errors);
    }

    public TaskOptions withSchema(PayloadSchema schema) {
        return with(draft -> draft.schema = schema);
    }

    public TaskOptions withQueue(@Nullable TaskQueue queue) {
        return with(draft -> draft.queue = queue);
    }

    public TaskOptions withLimits(Limits limits) {
        return with(draft -> draft.limits = limits);
    }

    public TaskOptions withConcurrencyKey(@Nullable String path) {
        return with(draft -> draft.concurrencyKey = path);
    }

    public TaskOptions withMachine(@Nullable Machine machine) {
        return with(draft -> draft.machine = machine);
    }

    public TaskOptions withIsolated(boolean isolated) {
        return with(draft -> draft.isolated = isolated);
    }

    public TaskOptions withOnOutOfMemory(@Nullable Machine larger) {
        return with(draft -> draft.onOutOfMemory = larger);
    }

    public TaskOptions withSchedules(Map<String, Schedule> schedules) {
        return with(draft -> draft.schedules = schedules);
    }

    public TaskOptions withMaxDuration(@Nullable Duration maxDuration) {
        return with(draft -> draft.maxDuration = maxDuration);
    }

    private TaskOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** The components, to change one and leave the others. */
    private static final class Draft {
        String description;
        List<String> aliases;

        @Nullable
        Retry retry;

        Timeout timeout;

        @Nullable
        Duration ttl;

        Map<String, Object> arguments;
        boolean platformThread;
        int redeliveries;
        List<String> nodeTags;
        List<Class<? extends Throwable>> errors;
        PayloadSchema schema;
        Map<String, Schedule> schedules;

        @Nullable
        TaskQueue queue;

        Limits limits;

        @Nullable
        String concurrencyKey;

        @Nullable
        Machine machine;

        boolean isolated;

        @Nullable
        Machine onOutOfMemory;

        @Nullable
        Duration maxDuration;

        Draft(TaskOptions from) {
            description = from.description;
            aliases = from.aliases;
            retry = from.retry;
            timeout = from.timeout;
            ttl = from.ttl;
            arguments = from.arguments;
            platformThread = from.platformThread;
            redeliveries = from.redeliveries;
            nodeTags = from.nodeTags;
            errors = from.errors;
            schema = from.schema;
            queue = from.queue;
            limits = from.limits;
            concurrencyKey = from.concurrencyKey;
            machine = from.machine;
            isolated = from.isolated;
            onOutOfMemory = from.onOutOfMemory;
            schedules = from.schedules;
            maxDuration = from.maxDuration;
        }

        TaskOptions options() {
            return new TaskOptions(
                    description,
                    aliases,
                    retry,
                    timeout,
                    ttl,
                    arguments,
                    platformThread,
                    redeliveries,
                    nodeTags,
                    errors,
                    schema,
                    queue,
                    limits,
                    concurrencyKey,
                    machine,
                    isolated,
                    onOutOfMemory,
                    schedules,
                    maxDuration);
        }
    }
}
