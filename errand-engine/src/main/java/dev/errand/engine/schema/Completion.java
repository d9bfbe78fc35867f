package dev.errand.engine.schema;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills defaults in and coerces, before a payload is checked. Looks into what a schema asks in any case, not into choices: which of
 * them holds is known only afterwards.
 */
final class Completion {
    /** The keyword of ours that has values coerced. */
    static final String COERCE = "coerce";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");
    private static final int LONGEST_NUMBER = 100;

    private boolean changed;

    /** Whether anything was filled in or coerced. */
    boolean hasChanged() {
        return changed;
    }

    /** The value completed; objects and lists are changed where they are. */
    JsonNode complete(JsonNode value, Subschema schema) {
        return complete(value, schema, false);
    }

    private JsonNode complete(JsonNode given, Subschema schema, boolean coercing) {
        boolean coerce = schema.coerce == null ? coercing : schema.coerce;
        JsonNode value = filled(given, schema);
        if (coerce && !schema.types.isEmpty() && !Kinds.is(value, schema.types)) {
            value = replaced(value, coerced(value, schema));
        }
        for (Subschema part : schema.sameValue) {
            value = complete(value, part, coerce);
        }
        if (value instanceof ObjectNode object) {
            properties(object, schema, coerce);
        } else if (value instanceof ArrayNode list) {
            items(list, schema, coerce);
        }
        return value;
    }

    private JsonNode filled(JsonNode value, Subschema schema) {
        return value.isNull() && schema.byDefault != null && !schema.allowsNull()
                ? replaced(value, schema.byDefault.deepCopy())
                : value;
    }

    private JsonNode replaced(JsonNode value, @Nullable JsonNode by) {
        changed |= by != null;
        return by == null ? value : by;
    }

    private void properties(ObjectNode object, Subschema schema, boolean coerce) {
        for (Map.Entry<String, Subschema> each : schema.properties.entrySet()) {
            JsonNode value = object.get(each.getKey());
            JsonNode byDefault = each.getValue().byDefault;
            if (value == null && byDefault != null) {
                value = replaced(NODES.nullNode(), byDefault.deepCopy());
            }
            if (value != null) {
                object.set(each.getKey(), complete(value, each.getValue(), coerce));
            }
        }
        Subschema others = schema.otherProperties;
        if (others != null) {
            for (String name : object.propertyNames().stream().toList()) {
                if (!schema.properties.containsKey(name)) {
                    object.set(name, complete(object.get(name), others, coerce));
                }
            }
        }
    }

    private void items(ArrayNode list, Subschema schema, boolean coerce) {
        for (int i = 0; i < list.size(); i++) {
            Subschema item = i < schema.prefixItems.size() ? schema.prefixItems.get(i) : schema.items;
            if (item != null) {
                list.set(i, complete(list.get(i), item, coerce));
            }
        }
    }

    /** What a value is as one of the kinds that are needed; null if it cannot be. */
    private static @Nullable JsonNode coerced(JsonNode value, Subschema schema) {
        if (value.isString()) {
            return ofText(value.stringValue().strip(), schema);
        }
        boolean isScalar = value.isNumber() || value.isBoolean();
        return isScalar && schema.types.contains("string") ? NODES.stringNode(value.asString()) : null;
    }

    private static @Nullable JsonNode ofText(String text, Subschema schema) {
        if (schema.types.contains("boolean") && (text.equals("true") || text.equals("false"))) {
            return NODES.booleanNode(text.equals("true"));
        }
        if (text.length() > LONGEST_NUMBER || !NUMBER.matcher(text).matches()) {
            return null;
        }
        BigDecimal number = new BigDecimal(text);
        JsonNode node = number.scale() <= 0 ? NODES.numberNode(number.toBigIntegerExact()) : NODES.numberNode(number);
        return Kinds.is(node, schema.types) ? node : null;
    }
}
