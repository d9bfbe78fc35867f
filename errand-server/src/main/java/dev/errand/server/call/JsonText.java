package dev.errand.server.call;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as it is sent, into trees. Numbers keep all their digits. */
public final class JsonText {
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private JsonText() {}

    /**
     * An object; an empty one of nothing but white space.
     *
     * @param what it is, for messages
     */
    static ObjectNode object(byte[] json, String what) {
        JsonNode tree;
        try {
            tree = READER.readTree(json);
        } catch (JacksonException e) {
            throw Problem.malformed("", what + " is not JSON" + where(e));
        }
        if (tree.isMissingNode()) {
            return READER.createObjectNode();
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw Problem.malformed("", what + " is not a JSON object");
    }

    /** Not what the parser says: that shows parts of the text. */
    private static String where(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : ": line %d, column %d"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }

    /** A JSON value that was sent within text; null if it is none. */
    public static @Nullable JsonNode parsed(String text) {
        try {
            JsonNode tree = READER.readTree(text);
            return tree.isMissingNode() ? null : tree;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** A value as Java's own maps, lists, text, numbers and truth values. */
    static Object plain(JsonNode value) {
        return READER.treeToValue(value, Object.class);
    }
}
