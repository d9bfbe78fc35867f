package dev.errand.engine.task;

import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskOptions;
import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.schema.Contract;
import dev.errand.store.TaskEntry;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is stored of a task: all but its code. Durations as ISO 8601 text, so that any reader understands them. */
record Definition(
        String description,
        String payloadType,
        String outputType,
        int attempts,
        boolean automaticRetry,
        @Nullable Duration retryDelay,
        @Nullable Duration timeout,
        TimeoutFrom timeoutFrom,
        @Nullable Duration ttl,
        @Nullable Duration maxDuration,
        Map<String, Object> arguments,
        int redeliveries,
        @Nullable List<String> nodeTags,
        @Nullable List<String> errors,
        @Nullable JsonNode schema,
        @Nullable String queue,
        @Nullable String concurrencyKey,
        @Nullable String machine,
        @Nullable Boolean isolated,
        @Nullable String onOutOfMemory,
        String source) {

    /** @param unlessOwn what the task has where it says nothing itself */
    static Definition of(Task<?, ?> declared, Defaults unlessOwn, Contract contract) {
        Task<?, ?> task = unlessOwn.of(declared);
        TaskOptions options = task.options();
        Retry retry = options.retryOr(unlessOwn.retry());
        return new Definition(
                options.description(),
                name(task.payloadType()),
                name(task.outputType()),
                retry.attempts(),
                retry.automatic() && retry.attempts() > 1,
                retry.floor(),
                options.timeout().limit(),
                options.timeout().from(),
                options.ttl(),
                options.maxDuration(),
                options.arguments(),
                options.redeliveries(),
                options.nodeTags().isEmpty() ? null : options.nodeTags(),
                options.errors().isEmpty() ? null : names(options.errors()),
                contract.schema(),
                options.queue() == null ? null : options.queue().name(),
                options.concurrencyKey(),
                text(options.machine()),
                Isolation.isIsolated(task, options.machine()) ? true : null,
                text(options.onOutOfMemory()),
                task.source());
    }

    private static @Nullable String text(@Nullable Machine machine) {
        return machine == null ? null : machine.toString();
    }

    private static @Nullable Machine machine(@Nullable String text) {
        return text == null ? null : Machine.parse(text);
    }

    private static List<String> names(List<Class<? extends Throwable>> errors) {
        return errors.stream().<String>map(Class::getName).toList();
    }

    private static String name(Type type) {
        if (type == Json.class) {
            return "JSON";
        }
        return type instanceof Class<?> simple ? simple.getSimpleName() : type.getTypeName();
    }

    TaskEntry entry(Task<?, ?> task, Codec codec, Instant now) {
        try {
            String json = new String(codec.write(this), StandardCharsets.UTF_8);
            return new TaskEntry(task.id(), task.options().aliases(), json, now);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "Task %s: its default arguments cannot be written as JSON: %s".formatted(task.id(), e.reason()), e);
        }
    }

    static Definition of(TaskEntry entry, Codec codec) {
        try {
            Object read = codec.read(entry.definition().getBytes(StandardCharsets.UTF_8), Definition.class);
            return read instanceof Definition definition ? definition : unreadable(entry, null);
        } catch (UnfitException e) {
            return unreadable(entry, e);
        }
    }

    private static Definition unreadable(TaskEntry entry, @Nullable Exception cause) {
        throw new IllegalStateException("The stored definition of task " + entry.id() + " cannot be read", cause);
    }

    TaskInfo info(TaskEntry entry) {
        return new TaskInfo(
                entry.id(),
                description,
                entry.aliases(),
                payloadType,
                outputType,
                attempts,
                automaticRetry,
                new Timeout(timeout, timeoutFrom),
                retryDelay,
                ttl,
                maxDuration,
                arguments,
                nodeTags == null ? List.of() : nodeTags,
                errors == null ? List.of() : errors,
                schema == null || schema.isNull() ? null : new Json(schema.toString()),
                queue,
                concurrencyKey,
                machine(machine),
                isolated != null && isolated,
                machine(onOutOfMemory),
                source,
                entry.declaredAt());
    }
}
