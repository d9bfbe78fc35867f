package dev.errand.engine.trigger;

import dev.errand.IdempotencyKey;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.TriggerOptions;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.schema.Contract;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.task.Definitions;
import dev.errand.engine.task.Tasks;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import dev.errand.store.RunOptions;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From what somebody triggers to the run that is stored: checked, and all relative times resolved. Stores nothing. */
public final class Triggers {
    private static final Duration LONGEST_DELAY = Duration.ofDays(36_525);
    private static final byte[] RESERVED = ('"' + Task.RESERVED_ARGUMENT + '"').getBytes(StandardCharsets.UTF_8);

    /** What a trigger needs to know of a task, whether its code is here or not. */
    private record Target(
            String id,
            @Nullable Task<?, ?> here,
            @Nullable Json schema,
            Map<String, Object> arguments,
            @Nullable Duration ttl,
            Timeout timeout,
            @Nullable String queue,
            @Nullable String concurrencyKey) {

        static Target of(Task<?, ?> task) {
            return new Target(
                    task.id(),
                    task,
                    null,
                    task.options().arguments(),
                    task.options().ttl(),
                    task.options().timeout(),
                    task.options().queue() == null
                            ? null
                            : task.options().queue().name(),
                    task.options().concurrencyKey());
        }

        static Target of(TaskInfo task) {
            return new Target(
                    task.id(),
                    null,
                    task.schema(),
                    task.arguments(),
                    task.ttl(),
                    task.timeout(),
                    task.queue(),
                    task.concurrencyKey());
        }
    }

    private final Tasks tasks;
    private final Definitions definitions;
    private final Contracts contracts;
    private final Codec codec;
    private final Clock clock;
    private final int maxPayload;

    public Triggers(
            Tasks tasks, Definitions definitions, Contracts contracts, Codec codec, Clock clock, int maxPayload) {
        this.tasks = tasks;
        this.definitions = definitions;
        this.contracts = contracts;
        this.codec = codec;
        this.clock = clock;
        this.maxPayload = maxPayload;
    }

    /**
     * A run of a typed task. What its type ensures is not checked again.
     *
     * @param origin the body that triggers; null for none
     */
    public NewRun run(Task<?, ?> task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        Target target = target(task.id());
        byte[] json = json(target.id(), payload, task.payloadType());
        Contract contract = contracts.of(target.here() != null ? target.here() : task);
        if (contract.isBeyondType()) {
            check(target, () -> contract.read(json));
        } else if (target.schema() != null && !contract.says(target.schema())) {
            checkFits(target, json);
        }
        return run(target, json, options, null, origin);
    }

    /** A run that this trigger may come to, with the trigger's keys. */
    public KeyedRun keyed(NewRun run, TriggerOptions options, @Nullable Origin origin) {
        return TriggerKeys.of(run, options, origin, codec);
    }

    /** A key that is one for the whole store. */
    public static KeyHash globalKey(String text) {
        return TriggerKeys.global(IdempotencyKey.of(text).text());
    }

    /** The id of a task that is known by this id or alias. */
    public String task(String name) {
        return target(name).id();
    }

    /** A run of a task known by its id or alias. */
    public NewRun run(String name, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        return run(target(name), payload, options, origin);
    }

    /** A run of a task that may not be registered yet. */
    public NewRun runOf(Task<?, ?> task, @Nullable Object payload, TriggerOptions options) {
        return run(Target.of(task), payload, options, null);
    }

    private NewRun run(Target target, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        byte[] json = json(target.id(), payload, payload == null ? Json.class : payload.getClass());
        checkFits(target, json);
        return run(target, json, options, null, origin);
    }

    private Target target(String name) {
        Task<?, ?> here = tasks.find(name);
        return here != null ? Target.of(here) : Target.of(definitions.get(name));
    }

    /** A new run that repeats another, without its delay and limits in time; checked by what the task is today. */
    public NewRun replay(RunInfo run) {
        Target target = target(run.task());
        TriggerOptions options = new TriggerOptions(
                null,
                null,
                run.name(),
                run.tags(),
                run.priority(),
                null,
                run.timeout(),
                run.timeoutFrom(),
                run.maxAttempts(),
                null,
                Map.of(),
                run.queue(),
                run.concurrencyKey(),
                run.machine(),
                run.maxDuration(),
                null,
                null,
                false,
                run.test(),
                null);
        byte[] json = run.payload().text().getBytes(StandardCharsets.UTF_8);
        checkFits(target, json);
        return run(target, json, options, run.id(), null);
    }

    private byte[] json(String task, @Nullable Object payload, Type type) {
        byte[] json;
        try {
            json = codec.write(payload, type);
        } catch (UnfitException e) {
            throw new InvalidPayloadException(task, e.path(), e.reason());
        }
        if (json.length > maxPayload) {
            throw new InvalidPayloadException(
                    task,
                    "",
                    "it has %,d bytes, at most %,d are taken; store large data elsewhere and pass where it is"
                            .formatted(json.length, maxPayload));
        }
        return json;
    }

    private interface PayloadCheck {
        @Nullable
        Object fit() throws UnfitException;
    }

    /** By the task's code if it is here, otherwise by what a node that has it declared. */
    private void checkFits(Target target, byte[] json) {
        Task<?, ?> here = target.here();
        Json schema = target.schema();
        if (here != null) {
            check(target, () -> contracts.of(here).read(json));
        } else if (schema != null) {
            check(target, () -> contracts.stored(schema).fit(completed(target, json)));
        }
    }

    private byte[] completed(Target target, byte[] json) throws UnfitException {
        return target.arguments().isEmpty() ? json : codec.merge(target.arguments(), json);
    }

    private static void check(Target target, PayloadCheck check) {
        try {
            check.fit();
        } catch (UnfitException e) {
            throw new InvalidPayloadException(target.id(), e.path(), e.reason());
        }
    }

    private void checkReserved(Target target, byte[] json) {
        if (mentionsReserved(json) && codec.hasKey(json, Task.RESERVED_ARGUMENT)) {
            throw new InvalidPayloadException(
                    target.id(),
                    "/" + Task.RESERVED_ARGUMENT,
                    "this name is reserved for the run itself; choose another");
        }
    }

    private static boolean mentionsReserved(byte[] json) {
        for (int i = 0; i <= json.length - RESERVED.length; i++) {
            if (json[i] == '"' && Arrays.equals(json, i, i + RESERVED.length, RESERVED, 0, RESERVED.length)) {
                return true;
            }
        }
        return false;
    }

    private NewRun run(
            Target target, byte[] json, TriggerOptions options, @Nullable RunId replayOf, @Nullable Origin origin) {
        checkReserved(target, json);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant due = due(options, now);
        return new NewRun(
                RunId.next(now),
                target.id(),
                options.name(),
                options.tags(),
                json,
                now,
                due,
                options.priority(),
                expiresAt(target, options, due),
                stored(target, json, options, replayOf, options.withoutParent() ? null : origin));
    }

    private static Instant due(TriggerOptions options, Instant now) {
        Duration delay = options.debounce() != null ? options.debounce().delay() : options.delay();
        return start(delay != null ? now.plus(delay) : options.due(), now);
    }

    /** When a run starts that is to start then: not before now. Refuses what nobody lives to see. */
    public Instant start(Instant due) {
        return start(due, clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private static Instant start(@Nullable Instant due, Instant now) {
        if (due != null && due.isAfter(now.plus(LONGEST_DELAY))) {
            throw new IllegalArgumentException("the start " + due + " is more than a hundred years away");
        }
        return due == null || due.isBefore(now) ? now : due.truncatedTo(ChronoUnit.MICROS);
    }

    private static @Nullable Instant expiresAt(Target target, TriggerOptions options, Instant due) {
        Duration ttl = options.ttl() != null ? options.ttl() : target.ttl();
        Instant byTtl = ttl == null || ttl.isZero() ? null : due.plus(ttl);
        Duration limit =
                options.timeout() != null ? options.timeout() : target.timeout().limit();
        TimeoutFrom from = options.timeoutFrom() != null
                ? options.timeoutFrom()
                : target.timeout().from();
        Instant byTimeout = limit == null || from == TimeoutFrom.START ? null : due.plus(limit);
        if (byTtl == null || byTimeout == null) {
            return byTtl == null ? byTimeout : byTtl;
        }
        return byTtl.isBefore(byTimeout) ? byTtl : byTimeout;
    }

    /**
     * When a run expires that is queued again by hand: its timeout from creation starts anew, its time to live does not.
     */
    public @Nullable Instant expiresAtAfterRetry(RunInfo run) {
        TaskInfo task = definitions.find(run.task()).orElse(null);
        Timeout own = task == null ? Timeout.never() : task.timeout();
        Duration limit = run.timeout() != null ? run.timeout() : own.limit();
        TimeoutFrom from = run.timeoutFrom() != null ? run.timeoutFrom() : own.from();
        return limit == null || from == TimeoutFrom.START
                ? null
                : clock.instant().plus(limit);
    }

    private RunOptions stored(
            Target target, byte[] json, TriggerOptions options, @Nullable RunId replayOf, @Nullable Origin parent) {
        String queue = options.queue() != null ? options.queue() : target.queue();
        String key = options.concurrencyKey() != null ? options.concurrencyKey() : key(target, json);
        IdempotencyKey once = options.idempotencyKey();
        return new RunOptions(
                options.timeout(),
                options.timeoutFrom(),
                options.attemptsInAll(),
                metadata(options),
                replayOf,
                null,
                queue,
                key,
                options.machine(),
                options.maxDuration(),
                once == null ? null : once.text(),
                parent == null ? null : parent.run(),
                parent == null ? null : parent.root(),
                parent == null ? null : parent.below(),
                options.ttl(),
                options.test(),
                null,
                once == null ? null : once.shownAs());
    }

    /** What the task takes from the payload, its default arguments included. */
    private @Nullable String key(Target target, byte[] json) {
        String path = target.concurrencyKey();
        if (path == null) {
            return null;
        }
        try {
            byte[] whole = target.arguments().isEmpty() ? json : codec.merge(target.arguments(), json);
            String key = codec.textAt(whole, path);
            return key == null || key.isEmpty()
                    ? null
                    : TriggerOptions.none().concurrencyKey(key).concurrencyKey();
        } catch (UnfitException e) {
            throw new InvalidPayloadException(target.id(), e.path(), e.reason());
        }
    }

    private @Nullable String metadata(TriggerOptions options) {
        if (options.metadata().isEmpty()) {
            return null;
        }
        try {
            return new String(codec.write(options.metadata()), StandardCharsets.UTF_8);
        } catch (UnfitException e) {
            throw new IllegalArgumentException("metadata at %s: %s".formatted(e.path(), e.reason()), e);
        }
    }
}
