package dev.errand.store.format;

import dev.errand.BatchId;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.TimeoutFrom;
import dev.errand.store.RunOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The small JSON documents in some columns: failures, options, tags. */
public final class Documents {
    private Documents() {}

    public static @Nullable String tags(List<String> tags) {
        return tags.isEmpty() ? null : JsonText.of(tags);
    }

    public static @Nullable String failure(@Nullable Failure failure) {
        if (failure == null) {
            return null;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", failure.kind().name());
        map.put("type", failure.type());
        map.put("message", failure.message());
        map.put("stack", failure.stack());
        map.put("attempt", failure.attempt());
        map.put("at", Times.micros(failure.at()));
        if (failure.data() != null) {
            map.put("data", failure.data().text());
        }
        return JsonText.of(map);
    }

    public static @Nullable Failure failure(@Nullable String json) {
        if (json == null) {
            return null;
        }
        Map<String, Object> map = JsonReader.object(json);
        return new Failure(
                FailureKind.valueOf((String) entry(map, "kind")),
                (String) entry(map, "type"),
                (String) entry(map, "message"),
                (String) entry(map, "stack"),
                ((Number) entry(map, "attempt")).intValue(),
                Times.instant(((Number) entry(map, "at")).longValue()),
                map.get("data") instanceof String data ? new Json(data) : null);
    }

    private static Object entry(Map<String, Object> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalStateException("a stored document lacks '" + key + "'");
        }
        return value;
    }

    public static @Nullable String options(RunOptions options) {
        if (options.equals(RunOptions.NONE)) {
            return null;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        if (options.timeout() != null) {
            map.put("timeout", Times.micros(options.timeout()));
        }
        if (options.timeoutFrom() != null) {
            map.put("from", options.timeoutFrom().name());
        }
        if (options.maxAttempts() != null) {
            map.put("attempts", options.maxAttempts());
        }
        if (options.metadata() != null) {
            map.put("metadata", options.metadata());
        }
        if (options.replayOf() != null) {
            map.put("replayOf", options.replayOf().toString());
        }
        if (options.batch() != null) {
            map.put("batch", options.batch().toString());
        }
        if (options.queue() != null) {
            map.put("queue", options.queue());
        }
        if (options.concurrencyKey() != null) {
            map.put("key", options.concurrencyKey());
        }
        if (options.machine() != null) {
            map.put("machine", options.machine().toString());
        }
        if (options.maxDuration() != null) {
            map.put("maxDuration", Times.micros(options.maxDuration()));
        }
        if (options.idempotencyKey() != null) {
            map.put("idempotencyKey", options.idempotencyKey());
        }
        if (options.parent() != null) {
            map.put("parent", options.parent().toString()); // as an index reads it, and the next
        }
        if (options.root() != null && !options.root().equals(options.parent())) {
            map.put("root", options.root().toString());
        }
        if (options.depth() != null) {
            map.put("depth", options.depth());
        }
        if (options.ttl() != null) {
            map.put("ttl", Times.micros(options.ttl()));
        }
        if (options.test()) {
            map.put("test", true);
        }
        if (options.schedule() != null) {
            map.put("schedule", options.schedule());
        }
        if (options.keyText() != null) {
            map.put("keyText", options.keyText());
        }
        return JsonText.of(map);
    }

    public static RunOptions options(@Nullable String json) {
        if (json == null) {
            return RunOptions.NONE;
        }
        Map<String, Object> map = JsonReader.object(json);
        return new RunOptions(
                map.get("timeout") instanceof Number micros ? Times.duration(micros.longValue()) : null,
                map.get("from") instanceof String from ? TimeoutFrom.valueOf(from) : null,
                map.get("attempts") instanceof Number attempts ? attempts.intValue() : null,
                (String) map.get("metadata"),
                map.get("replayOf") instanceof String run ? RunId.of(run) : null,
                map.get("batch") instanceof String batch ? BatchId.of(batch) : null,
                (String) map.get("queue"),
                (String) map.get("key"),
                map.get("machine") instanceof String machine ? Machine.parse(machine) : null,
                map.get("maxDuration") instanceof Number micros ? Times.duration(micros.longValue()) : null,
                (String) map.get("idempotencyKey"),
                map.get("parent") instanceof String run ? RunId.of(run) : null,
                map.get("root") instanceof String run ? RunId.of(run) : null,
                map.get("depth") instanceof Number depth ? depth.intValue() : null,
                map.get("ttl") instanceof Number micros ? Times.duration(micros.longValue()) : null,
                Boolean.TRUE.equals(map.get("test")),
                (String) map.get("schedule"),
                (String) map.get("keyText"));
    }
}
