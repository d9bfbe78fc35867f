package dev.errand.engine.schema;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The kinds of JSON values, by the names that schemas give them and in words; and when two values are the same. */
final class Kinds {
    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("string", "text");
        WORDS.put("integer", "a whole number");
        WORDS.put("number", "a number");
        WORDS.put("boolean", "true or false");
        WORDS.put("array", "a list");
        WORDS.put("object", "an object");
        WORDS.put("null", "null");
    }

    private Kinds() {}

    static boolean isKind(String name) {
        return WORDS.containsKey(name);
    }

    static String all() {
        return String.join(", ", WORDS.keySet());
    }

    static String words(Collection<String> kinds) {
        return WORDS.keySet().stream().filter(kinds::contains).map(WORDS::get).collect(Collectors.joining(" or "));
    }

    /** What a value is, in words. */
    static String word(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "text";
            case NUMBER -> isWhole(value) ? "a whole number" : "a fraction";
            case BOOLEAN -> "a truth value";
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            default -> "null";
        };
    }

    static boolean is(JsonNode value, Collection<String> kinds) {
        return switch (value.getNodeType()) {
            case STRING -> kinds.contains("string");
            case NUMBER -> kinds.contains("number") || (kinds.contains("integer") && isWhole(value));
            case BOOLEAN -> kinds.contains("boolean");
            case ARRAY -> kinds.contains("array");
            case OBJECT -> kinds.contains("object");
            default -> kinds.contains("null");
        };
    }

    static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber()
                || (value.isNumber()
                        && value.decimalValue().stripTrailingZeros().scale() <= 0);
    }

    /** Whether two values are the same, as 1 and 1.0 are, and objects whatever the order of their properties. */
    static boolean same(JsonNode a, JsonNode b) {
        return key(a).equals(key(b));
    }

    /** A key under which equal values are the same. */
    static Object key(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> value.decimalValue().stripTrailingZeros();
            case ARRAY -> value.values().stream().map(Kinds::key).toList();
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                value.forEachEntry((name, each) -> map.put(name, key(each)));
                yield map;
            }
            case STRING -> value.stringValue();
            default -> value;
        };
    }
}
