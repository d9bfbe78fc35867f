package dev.errand.server.call;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object that somebody sent. Each question refuses what has another type with a {@link Problem} that names the place; what is absent or
 * {@code null} is null here.
 */
public final class Fields {
    private final ObjectNode object;
    private final String path;

    private Fields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** Reads the object that a body is; nothing but white space is an empty one. */
    static Fields read(byte[] json) {
        return new Fields(JsonText.object(json, "the body"), "");
    }

    /**
     * Reads an object that is one of several in a body.
     *
     * @param name by which messages say which: {@code items[3]}
     * @throws Problem 400 if it is none
     */
    public static Fields read(byte[] json, String name) {
        return new Fields(JsonText.object(json, name), name + ".");
    }

    /** Where a field is, for messages. */
    public String place(String name) {
        return path + name;
    }

    /** 400 about a field: what is needed. */
    public Problem refused(String name, String needed) {
        return Problem.malformed(place(name), needed);
    }

    /** Any value; null if it is absent or null. */
    public @Nullable JsonNode value(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    public @Nullable String text(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isString()) {
            throw refused(name, "text is needed");
        }
        return value == null ? null : value.stringValue();
    }

    /** Text that has to be there. */
    public String someText(String name) {
        String text = text(name);
        if (text == null || text.isEmpty()) {
            throw refused(name, "text is needed, and missing");
        }
        return text;
    }

    /** Text, or a number as it was written. */
    public @Nullable String textOrNumber(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isString() && !value.isNumber()) {
            throw refused(name, "text or a number is needed");
        }
        return value == null ? null : value.asString();
    }

    /** A text, or several in an array. */
    public List<String> texts(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : value.isArray() ? value : List.of(value)) {
            if (!each.isString()) {
                throw refused(name, "text or an array of texts is needed");
            }
            texts.add(each.stringValue());
        }
        return texts;
    }

    public @Nullable Integer wholeNumber(String name, int least, int most) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()
                || !value.canConvertToExactIntegral()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw refused(name, String.format(Locale.ROOT, "a whole number from %,d to %,d is needed", least, most));
        }
        return value.intValue();
    }

    public @Nullable Double number(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        double number = value.isNumber() ? value.decimalValue().doubleValue() : Double.NaN;
        if (!Double.isFinite(number)) {
            throw refused(name, "a number is needed, of up to 1.7e308");
        }
        return number;
    }

    public @Nullable Boolean flag(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            throw refused(name, "true or false is needed");
        }
        return value == null ? null : (Boolean) value.booleanValue();
    }

    /** An object within; null if there is none. */
    public @Nullable Fields object(String name) {
        JsonNode value = value(name);
        if (value != null && !(value instanceof ObjectNode)) {
            throw refused(name, "an object is needed");
        }
        return value instanceof ObjectNode within ? new Fields(within, path + name + ".") : null;
    }

    /** An object within, as a map; members that are null are left out. Empty if there is none. */
    public Map<String, Object> map(String name) {
        Fields within = object(name);
        Map<String, Object> map = new LinkedHashMap<>();
        if (within != null) {
            within.object.properties().forEach(member -> {
                if (!member.getValue().isNull()) {
                    map.put(member.getKey(), JsonText.plain(member.getValue()));
                }
            });
        }
        return map;
    }

    /** Refuses fields that nobody knows. */
    public Fields only(String... known) {
        Set<String> unknown = new TreeSet<>(object.propertyNames());
        unknown.removeAll(Set.of(known));
        if (!unknown.isEmpty()) {
            throw refused(unknown.iterator().next(), "there is no such field");
        }
        return this;
    }
}
