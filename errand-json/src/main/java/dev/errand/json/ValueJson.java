package dev.errand.json;

import dev.errand.Json;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Values of types that users wrote, such as payloads and outputs, as JSON and back: as the engine does it. Members that nobody knows are ignored;
 * text is not taken for a number, nor a number for text, nor a fraction for a whole number. Any thread may call it.
 */
public final class ValueJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
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

    private ValueJson() {}

    /** A value that cannot be written as JSON, or JSON that does not fit a type. */
    public static final class UnfitException extends IllegalArgumentException {
        private final String path;

        private UnfitException(String path, String reason, @Nullable Throwable cause) {
            super(reason, cause);
            this.path = path;
        }

        /** Where in the value, as a JSON pointer such as {@code /items/3/price}; empty for the whole. */
        public String path() {
            return path;
        }

        /** What is wrong there. */
        public String reason() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Writes a value of any type; {@link Json} passes as it is, once it was looked at.
     *
     * @throws UnfitException if it cannot be written
     */
    public static Json write(@Nullable Object value) {
        return value == null ? Json.NULL : write(value, value.getClass());
    }

    /**
     * Writes a value as a type says, generic arguments included.
     *
     * @throws UnfitException if it cannot be written
     */
    public static Json write(@Nullable Object value, Type type) {
        if (value == null) {
            return Json.NULL;
        }
        try {
            return value instanceof Json json
                    ? checked(json)
                    : new Json(MAPPER.writerFor(MAPPER.constructType(type)).writeValueAsString(value));
        } catch (JacksonException | StackOverflowError e) {
            throw unfit(e);
        }
    }

    private static Json checked(Json json) {
        if (MAPPER.readTree(json.text()).isMissingNode()) { // what is not well-formed throws by itself
            throw new UnfitException("", "it is empty; write null for no value", null);
        }
        return new Json(json.text().strip());
    }

    /**
     * Reads a value of a type; none for {@code Void}.
     *
     * @throws UnfitException if it does not fit
     */
    public static @Nullable Object read(Json json, Type type) {
        if (type == Json.class) {
            return json;
        }
        if (type == Void.class || type == void.class) {
            return null;
        }
        try {
            return MAPPER.readerFor(MAPPER.constructType(type)).readValue(json.text());
        } catch (JacksonException | StackOverflowError e) {
            throw unfit(e);
        }
    }

    /** Reads JSON as Java's own maps, lists, text, numbers and truth values. */
    public static @Nullable Object natural(Json json) {
        return MAPPER.readValue(json.text(), Object.class);
    }

    /** Whether two are the same value, in whatever order their members stand. */
    public static boolean isSame(Json one, Json other) {
        return tree(one).equals(tree(other));
    }

    private static Object tree(Json json) {
        return MAPPER.reader()
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(json.text());
    }

    private static UnfitException unfit(Throwable error) {
        if (!(error instanceof JacksonException json)) {
            return new UnfitException("", "it refers to itself without end", error);
        }
        String reason = json.getOriginalMessage();
        int line = reason.indexOf('\n');
        return new UnfitException(path(json), line < 0 ? reason : reason.substring(0, line), error);
    }

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
