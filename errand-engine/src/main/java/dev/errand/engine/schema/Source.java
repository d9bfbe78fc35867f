package dev.errand.engine.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A schema as it is written, read keyword by keyword. What is misshapen is refused, saying where.
 *
 * @param pointer where it stands in the whole, as a JSON pointer
 */
record Source(JsonNode node, String pointer) {
    boolean has(String keyword) {
        return node.has(keyword);
    }

    @Nullable
    JsonNode get(String keyword) {
        return node.get(keyword);
    }

    IllegalArgumentException wrong(String keyword, String reason) {
        return new IllegalArgumentException(
                "the schema is wrong at %s: %s".formatted(child(keyword).pointer(), reason));
    }

    /** A part of it; the step must exist if the part is to be read. */
    Source child(String step) {
        JsonNode at = node.get(step);
        return new Source(
                at == null ? node : at, pointer + '/' + step.replace("~", "~0").replace("/", "~1"));
    }

    /** A part of it by its name, or its position in a list; null if there is none. */
    @Nullable
    Source step(String step) {
        if (node.isArray()) {
            return step.matches("\\d{1,9}") && node.has(Integer.parseInt(step)) ? child(Integer.parseInt(step)) : null;
        }
        return node.has(step) ? child(step) : null;
    }

    private Source child(int index) {
        return new Source(node.get(index), pointer + '/' + index);
    }

    @Nullable
    BigDecimal number(String keyword) {
        JsonNode value = get(keyword);
        if (value != null && !value.isNumber()) {
            throw wrong(keyword, "a number is needed");
        }
        return value == null ? null : value.decimalValue();
    }

    /** A whole number, 0 or more. */
    @Nullable
    Integer count(String keyword) {
        JsonNode value = get(keyword);
        if (value == null) {
            return null;
        }
        if (!Kinds.isWhole(value) || value.decimalValue().signum() < 0) {
            throw wrong(keyword, "a whole number is needed, 0 or more");
        }
        return value.decimalValue().min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue();
    }

    @Nullable
    String text(String keyword) {
        JsonNode value = get(keyword);
        if (value != null && !value.isString()) {
            throw wrong(keyword, "text is needed");
        }
        return value == null ? null : value.stringValue();
    }

    boolean isTrue(String keyword) {
        JsonNode value = get(keyword);
        if (value != null && !value.isBoolean()) {
            throw wrong(keyword, "true or false is needed");
        }
        return value != null && value.booleanValue();
    }

    List<String> texts(String keyword) {
        List<String> texts = new ArrayList<>();
        for (Source each : list(keyword)) {
            if (!each.node().isString()) {
                throw wrong(keyword, "a list of texts is needed");
            }
            texts.add(each.node().stringValue());
        }
        return texts;
    }

    List<Source> list(String keyword) {
        JsonNode value = get(keyword);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(keyword, "a list is needed");
        }
        Source list = child(keyword);
        List<Source> all = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            all.add(list.child(i));
        }
        return all;
    }

    Map<String, Source> map(String keyword) {
        JsonNode value = get(keyword);
        if (value == null) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw wrong(keyword, "an object is needed");
        }
        Source parent = child(keyword);
        Map<String, Source> all = new LinkedHashMap<>();
        value.propertyNames().forEach(name -> all.put(name, parent.child(name)));
        return all;
    }

    Pattern pattern(String keyword, String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw wrong(keyword, "'%s' is no regular expression: %s".formatted(regex, e.getDescription()));
        }
    }
}
