package dev.errand.engine.json;

import dev.errand.Json;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * Values to JSON in UTF-8 and back. Fields nobody knows are ignored; text is not taken for a number, nor a number for text,
 * nor a fraction for a whole number. Thread-safe; readers and writers are kept per type.
 */
public final class Codec {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final JsonMapper mapper = JsonMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(LogicalType.Textual, text -> {
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private final ObjectReader trees = mapper.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();
    private final Map<Type, ObjectWriter> writers = new ConcurrentHashMap<>();

    /** Writes a value of any type. {@link Json} passes as it is, once checked. */
    public byte[] write(@Nullable Object value) throws UnfitException {
        return value == null ? NULL : write(value, value.getClass());
    }

    /** Writes a value as a type says, generic arguments included. */
    public byte[] write(@Nullable Object value, Type type) throws UnfitException {
        if (value == null) {
            return NULL;
        }
        if (value instanceof Json json) {
            return checked(json);
        }
        try {
            return writers.computeIfAbsent(type, t -> mapper.writerFor(mapper.constructType(t)))
                    .writeValueAsBytes(value);
        } catch (JacksonException | StackOverflowError e) {
            throw unfit(e);
        }
    }

    private byte[] checked(Json json) throws UnfitException {
        try {
            if (mapper.readTree(json.text()).isMissingNode()) { // what is not well-formed throws by itself
                throw new UnfitException("", "it is empty; write null for no value", null);
            }
            return json.text().strip().getBytes(StandardCharsets.UTF_8);
        } catch (JacksonException | StackOverflowError e) {
            throw unfit(e);
        }
    }

    /** Reads a value of a type. */
    public @Nullable Object read(byte[] json, Type type) throws UnfitException {
        if (type == Json.class) {
            return new Json(new String(json, StandardCharsets.UTF_8));
        }
        if (type == Void.class || type == void.class) {
            return null;
        }
        try {
            return readers.computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)))
                    .readValue(json);
        } catch (JacksonException | StackOverflowError e) {
            throw unfit(e);
        }
    }

    /** Reads JSON as a tree; numbers keep all their digits. */
    public JsonNode tree(byte[] json) throws UnfitException {
        try {
            return trees.readTree(json);
        } catch (JacksonException | StackOverflowError e) {
            throw unfit(e);
        }
    }

    /** Gets ready to read a type, so that its first value is read quickly. */
    public void knows(Type type) {
        readers.computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)));
    }

    /** Lets go of all classes seen so far: those of a task that was replaced can be unloaded. Others are looked at again. */
    public void forgetTypes() {
        readers.clear();
        writers.clear();
        mapper.clearCaches();
    }

    /** Reads JSON as Java's own maps, lists, text, numbers and truth values. */
    public @Nullable Object natural(Json json) {
        return mapper.readValue(json.text(), Object.class);
    }

    /** Reads a JSON object as a map that may be changed; null gives an empty one. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> map(@Nullable String json) {
        return json == null ? new java.util.LinkedHashMap<>() : mapper.readValue(json, java.util.LinkedHashMap.class);
    }

    /** Whether the JSON is an object with this key. */
    public boolean hasKey(byte[] json, String key) {
        return mapper.readTree(json) instanceof ObjectNode object && object.has(key);
    }

    /** The text at a place in a JSON object, keys with dots between them; null if there is neither text nor a number or truth value. */
    public @Nullable String textAt(byte[] json, String path) {
        JsonNode node = mapper.readTree(json);
        for (String key : path.split("\\.", -1)) {
            node = node.path(key);
        }
        return node.isValueNode() && !node.isNull() ? node.asString() : null;
    }

    /** The same JSON with the members of its objects in order, so that what is the same has the same bytes. */
    public byte[] ordered(byte[] json) {
        Object value = mapper.readerFor(Object.class)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readValue(json);
        return mapper.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).writeValueAsBytes(value);
    }

    /** Puts default values under those of an object, key by key; anything that is not an object stays as it is. */
    public byte[] merge(Map<String, Object> defaults, byte[] json) throws UnfitException {
        try {
            JsonNode given = mapper.readTree(json);
            if (given.isNull()) {
                return mapper.writeValueAsBytes(defaults);
            }
            if (!(given instanceof ObjectNode object)) {
                return json;
            }
            ObjectNode merged = mapper.valueToTree(defaults);
            merged.setAll(object);
            return mapper.writeValueAsBytes(merged);
        } catch (JacksonException | StackOverflowError e) {
            throw unfit(e);
        }
    }

    private static UnfitException unfit(Throwable error) {
        String path = error instanceof JacksonException json ? path(json) : "";
        String reason =
                error instanceof JacksonException json ? json.getOriginalMessage() : "it refers to itself without end";
        int line = reason.indexOf('\n');
        String where = error instanceof JacksonException json && path.isEmpty() && json.getLocation() != null
                ? position(json)
                : "";
        return new UnfitException(path, (line < 0 ? reason : reason.substring(0, line)) + where, error);
    }

    private static String position(JacksonException json) {
        return json.getLocation().getColumnNr() > 0
                ? " (line %d, column %d)"
                        .formatted(
                                json.getLocation().getLineNr(),
                                json.getLocation().getColumnNr())
                : "";
    }

    /** As a JSON pointer. */
    private static String path(JacksonException error) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : error.getPath()) {
            String name = step.getPropertyName();
            path.append('/')
                    .append(
                            name == null
                                    ? step.getIndex()
                                    : name.replace("~", "~0").replace("/", "~1"));
        }
        return path.toString();
    }
}
