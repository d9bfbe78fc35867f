package dev.errand.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.errand.TypeRef;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records of the API as JSON, by the names of their components: instants and durations as ISO 8601 writes them, ids as they print, a
 * {@link dev.errand.Json} as it is. A component that is null is left out, and so a list may be that is empty; one that is there as {@code null} is JSON's own. What is read may have
 * more members than are known here, and may lack some: a server may be newer, or older, than who asks it. Any thread may call it.
 */
public final class ApiJson {
    private static final JsonSetter.Value EMPTY = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .withConfigOverride(List.class, lists -> lists.setNullHandling(EMPTY))
            .withConfigOverride(Set.class, sets -> sets.setNullHandling(EMPTY))
            .withConfigOverride(Map.class, maps -> maps.setNullHandling(EMPTY))
            .addModule(new ApiTypes())
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private ApiJson() {}

    /** How values of the API are written and read that are no plain records, for those who have a mapper of their own. */
    public static JacksonModule types() {
        return new ApiTypes();
    }

    /** A record, a list, a map or a simple value, in UTF-8. */
    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** Likewise, as text. */
    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * Reads what {@link #bytes} has written.
     *
     * @throws IllegalArgumentException if it is no JSON, or no such value
     */
    public static <T> T read(byte[] json, Class<T> type) {
        return type.cast(value(json, type));
    }

    /** Likewise, a value of a type that has arguments: {@code read(json, new TypeRef<Page<RunInfo>>() {})}. */
    @SuppressWarnings("unchecked") // Jackson makes what the type says
    public static <T> T read(byte[] json, TypeRef<T> type) {
        return (T) value(json, type.type());
    }

    private static Object value(byte[] json, Type type) {
        Object value;
        try {
            value = MAPPER.readValue(json, MAPPER.constructType(type));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("this is no %s: %s".formatted(type.getTypeName(), reason(e)), e);
        }
        if (value == null) {
            throw new IllegalArgumentException("this is no %s but null".formatted(type.getTypeName()));
        }
        return value;
    }

    /** What a record says of a value that it refuses is worth more than where it stood. */
    private static String reason(JacksonException e) {
        return e.getCause() instanceof IllegalArgumentException refused
                ? String.valueOf(refused.getMessage())
                : e.getOriginalMessage();
    }
}
