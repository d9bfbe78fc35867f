package dev.errand.server.wire;

import dev.errand.Durations;
import dev.errand.Failure;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.server.call.Members;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run as those read it who watch it: a row of a table, each column in the text that PostgreSQL has for it, or null. Clients lay a row over the one
 * they have, so a column that has become empty has to be said.
 *
 * @param columns by name; those that nobody wants are left out
 */
public record ElectricRow(RunId run, Map<String, @Nullable String> columns) {
    private record Column(String name, String type, boolean needed, Function<RunInfo, @Nullable String> value) {}

    private static final String TAGS = "runTags";
    private static final String JSON = "application/json";
    /** Maps in one order, so that one run reads the same however often it is read. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    /** Clients add the zone. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private static final List<Column> COLUMNS = List.of(
            needed("id", "text", run -> run.id().toString()),
            needed("taskIdentifier", "text", RunInfo::task),
            needed("friendlyId", "text", run -> run.id().toString()),
            needed("status", "text", ElectricRow::status),
            needed("createdAt", "timestamp", run -> time(run.createdAt())),
            needed("updatedAt", "timestamp", run -> time(run.updatedAt())),
            column("startedAt", "timestamp", run -> time(run.startedAt())),
            column("delayUntil", "timestamp", run -> run.state() == RunState.DELAYED ? time(run.dueAt()) : null),
            column("expiredAt", "timestamp", run -> run.state() == RunState.EXPIRED ? time(run.endedAt()) : null),
            column("completedAt", "timestamp", run -> time(run.endedAt())),
            column("idempotencyKey", "text", run -> run.keyText() == null ? run.idempotencyKey() : run.keyText()),
            column("isTest", "bool", run -> run.test() ? "t" : "f"),
            column("usageDurationMs", "int4", ElectricRow::duration),
            column("costInCents", "float8", run -> "0"),
            column("baseCostInCents", "float8", run -> "0"),
            column("ttl", "text", run -> ttl(run.ttl())),
            column(
                    "payload",
                    "text",
                    run -> run.payload().isNull() ? null : run.payload().text()),
            column("payloadType", "text", run -> JSON),
            column("metadata", "text", run -> run.metadata().isEmpty() ? null : json(run.metadata())),
            column("metadataType", "text", run -> JSON),
            column("output", "text", ElectricRow::output),
            column("outputType", "text", run -> JSON),
            column(TAGS, "text", run -> array(run.tags())),
            column("error", "jsonb", ElectricRow::error));

    private static Column needed(String name, String type, Function<RunInfo, @Nullable String> value) {
        return new Column(name, type, true, value);
    }

    private static Column column(String name, String type, Function<RunInfo, @Nullable String> value) {
        return new Column(name, type, false, value);
    }

    /** @param skipped names of columns that nobody wants; what clients cannot do without is there all the same */
    public static ElectricRow of(RunInfo run, Set<String> skipped) {
        Map<String, @Nullable String> columns = new LinkedHashMap<>();
        wanted(skipped)
                .forEach(column -> columns.put(column.name(), column.value().apply(run)));
        return new ElectricRow(run.id(), columns);
    }

    private static List<Column> wanted(Set<String> skipped) {
        return COLUMNS.stream()
                .filter(column -> column.needed() || !skipped.contains(column.name()))
                .toList();
    }

    /** What the columns hold, as JSON. */
    public static String schema(Set<String> skipped) {
        Map<String, Object> types = new LinkedHashMap<>();
        for (Column column : wanted(skipped)) {
            Members type = Members.of("type", column.type());
            types.put(
                    column.name(),
                    type.put("dims", column.name().equals(TAGS) ? 1 : null).map());
        }
        return json(types);
    }

    /** By which clients know the row again. */
    public String key() {
        return "\"public\".\"TaskRun\"/\"%s\"".formatted(run);
    }

    /** The same for the same row, another for any other. */
    public long digest() {
        MessageDigest digest = sha256();
        columns.forEach((name, value) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) (value == null ? 0 : 1));
            digest.update((value == null ? "" : value).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0xFF); // in no text
        });
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    // ── columns

    /** By the names that only those who watch know. */
    private static String status(RunInfo run) {
        WireStatus status = WireStatus.of(run);
        return switch (status) {
            case QUEUED -> run.state() == RunState.RETRYING ? "RETRYING_AFTER_FAILURE" : "PENDING";
            case WAITING -> "WAITING_TO_RESUME";
            case COMPLETED -> "COMPLETED_SUCCESSFULLY";
            case FAILED -> "COMPLETED_WITH_ERRORS";
            case PENDING_VERSION, DELAYED, DEQUEUED, EXECUTING, CANCELED, TIMED_OUT, EXPIRED, CRASHED, SYSTEM_FAILURE ->
                status.name();
        };
    }

    private static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : TIME.format(instant);
    }

    /** None before the end: it would be another each time it is read. */
    private static String duration(RunInfo run) {
        Instant started = run.startedAt();
        Instant ended = run.endedAt();
        return started == null || ended == null
                ? "0"
                : String.valueOf(Duration.between(started, ended).toMillis());
    }

    private static @Nullable String ttl(@Nullable Duration ttl) {
        return ttl == null || ttl.isZero() ? null : Durations.print(ttl);
    }

    private static @Nullable String output(RunInfo run) {
        return run.state() == RunState.COMPLETED && run.output() != null
                ? run.output().text()
                : null;
    }

    private static String array(Collection<String> texts) {
        return texts.stream()
                .map(text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Of other errors than a body's own clients drop the words, unless they are nothing but words. */
    private static @Nullable String error(RunInfo run) {
        if (!run.state().isUnsuccessful()) {
            return null;
        }
        Failure failure = run.failure();
        return json(
                run.state() == RunState.FAILED && failure != null
                        ? Members.of("type", "BUILT_IN_ERROR")
                                .put("name", failure.type())
                                .put("message", failure.message())
                                .put("stackTrace", failure.stack())
                                .map()
                        : Members.of("type", "STRING_ERROR")
                                .put("raw", String.valueOf(run.reason()))
                                .map());
    }

    private static String json(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
