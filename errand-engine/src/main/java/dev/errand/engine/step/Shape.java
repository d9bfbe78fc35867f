package dev.errand.engine.step;

import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What a JSON value looks like, in words and without what it says. */
final class Shape {
    private static final int MOST_NAMES = 10;

    private Shape() {}

    static String of(Codec codec, byte[] json) {
        try {
            return of(codec.tree(json));
        } catch (UnfitException e) {
            return "no JSON";
        }
    }

    private static String of(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> json.isEmpty() ? "an empty object" : "an object with " + names(json);
            case ARRAY -> "a list of " + json.size();
            case STRING -> "text";
            case NUMBER -> json.isIntegralNumber() ? "a whole number" : "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "no JSON";
        };
    }

    private static String names(JsonNode object) {
        String some = object.propertyNames().stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return object.size() > MOST_NAMES ? some + ", …" : some;
    }
}
