package dev.errand.cli.console;

import dev.errand.Json;
import dev.errand.json.ApiJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON: records by the names of their components, instants and durations as ISO 8601 writes them, ids as they print. */
public final class JsonText {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .addModule(ApiJson.types())
            .build();

    /** Keeps all digits of a number. */
    private static final ObjectReader EXACT = MAPPER.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private JsonText() {}

    /** The value, indented. */
    public static String of(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** The value on one line. */
    public static String line(Object value) {
        return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    }

    /** A JSON value over several lines. */
    public static String indented(Json json) {
        return of(MAPPER.readTree(json.text())).replace(System.lineSeparator(), "\n");
    }

    /** A JSON value for a person: text without its quotes, all else as it is. */
    public static String plain(Json json) {
        JsonNode node = MAPPER.readTree(json.text());
        return node.isString() ? node.stringValue() : json.text();
    }

    /**
     * Checks that the text is one JSON value.
     *
     * @param what names the text in the message
     * @throws UsageException if it is not; the message says where it breaks
     */
    public static Json check(String what, String text) {
        try {
            if (MAPPER.readTree(text).isMissingNode()) {
                throw new UsageException("%s is empty; JSON is wanted".formatted(what));
            }
            return new Json(text.strip());
        } catch (JacksonException broken) {
            throw notJson(what, broken);
        }
    }

    /**
     * Reads many JSON values: a JSON array of them, or one on each line.
     *
     * @param what names the text in messages
     * @throws UsageException if any of it is no JSON; the message says which
     */
    public static List<Json> list(String what, String text) {
        if (text.stripLeading().startsWith("[")) {
            try {
                List<Json> items = new ArrayList<>();
                EXACT.readTree(text).forEach(item -> items.add(new Json(item.toString())));
                return items;
            } catch (JacksonException broken) {
                if (text.lines().filter(line -> !line.isBlank()).count() == 1) {
                    throw notJson(what, broken);
                } // else each line may be an array of its own
            }
        }
        List<Json> items = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                items.add(check("line %d of %s".formatted(number, what), line));
            }
        }
        return items;
    }

    /** Reads a JSON object, for example a run's metadata. */
    public static Map<String, Object> object(String what, String text) {
        try {
            Map<String, Object> object = MAPPER.readValue(text, new TypeReference<>() {});
            if (object == null) {
                throw noObject(what);
            }
            return object;
        } catch (JacksonException broken) {
            throw MAPPER.readTree(check(what, text).text()).isObject() ? notJson(what, broken) : noObject(what);
        }
    }

    private static UsageException noObject(String what) {
        return new UsageException("%s must be a JSON object, such as {\"a\":1}".formatted(what));
    }

    private static UsageException notJson(String what, JacksonException broken) {
        TokenStreamLocation at = broken.getLocation();
        String reason = broken.getOriginalMessage().replaceAll("\\s*\\R\\s*", " ");
        return new UsageException(
                "%s is not JSON at line %d, column %d: %s".formatted(what, at.getLineNr(), at.getColumnNr(), reason));
    }
}
