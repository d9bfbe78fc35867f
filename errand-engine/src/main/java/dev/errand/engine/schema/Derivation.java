package dev.errand.engine.schema;

import dev.errand.Json;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schema of a payload's type, as the engine's JSON has it: never narrower than what can be read, but for its constraints. Of a
 * type that it does not understand it asks nothing.
 */
final class Derivation {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /**
     * What was derived.
     *
     * @param isBeyondType whether it asks more than reading the type does, or has defaults
     */
    record Derived(ObjectNode schema, boolean isBeyondType) {}

    private final Codec codec;
    private final Set<Class<?>> underWay = new LinkedHashSet<>();
    private final Map<Class<?>, String> recursive = new HashMap<>();
    private final ObjectNode definitions = NODES.objectNode();
    private boolean beyondType;
    private boolean hasDefaults;

    private Derivation(Codec codec) {
        this.codec = codec;
    }

    static Derived of(Type type, Codec codec) {
        Derivation derivation = new Derivation(codec);
        return derivation.whole(type);
    }

    private Derived whole(Type type) {
        ObjectNode schema = shape(type, null);
        if (!beyondType && !isPrimitive(type)) {
            allowNull(schema); // bodies have been given none all along
        } else if (schema.has("$ref")) {
            schema.put("type", "object");
        } else if (hasDefaults && !schema.has("required") && schema.has("properties")) {
            schema.set("default", NODES.objectNode());
        }
        if (!definitions.isEmpty()) {
            schema.set("$defs", definitions);
        }
        return new Derived(schema, beyondType);
    }

    private static boolean isPrimitive(Type type) {
        return type instanceof Class<?> simple && simple.isPrimitive();
    }

    private ObjectNode shape(Type type, @Nullable AnnotatedType annotated) {
        if (type instanceof Class<?> simple) {
            return shape(simple, annotated);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            return generic(raw, generic, annotated);
        }
        return NODES.objectNode();
    }

    private ObjectNode shape(Class<?> type, @Nullable AnnotatedType annotated) {
        ObjectNode schema = NODES.objectNode();
        String kind = Leaves.kind(type);
        if (kind != null) {
            schema.put("type", kind);
            if (type == byte[].class) {
                schema.put(Constraints.ENCODED, "base64");
            }
            String format = Leaves.format(type);
            return format == null ? schema : schema.put("format", format);
        }
        if (type.isEnum()) {
            return constants(type.getEnumConstants());
        }
        if (type.isArray()) {
            AnnotatedType item =
                    annotated instanceof AnnotatedArrayType array ? array.getAnnotatedGenericComponentType() : null;
            return list(type.getComponentType(), item);
        }
        if (Collection.class.isAssignableFrom(type)) {
            return schema.put("type", "array");
        }
        if (Map.class.isAssignableFrom(type)) {
            return schema.put("type", "object");
        }
        return type.isRecord() && type != Json.class && Component.arePlain(type) ? record(type) : schema;
    }

    private ObjectNode generic(Class<?> raw, ParameterizedType type, @Nullable AnnotatedType annotated) {
        Type[] arguments = type.getActualTypeArguments();
        AnnotatedType[] all = annotated instanceof AnnotatedParameterizedType parameterized
                ? parameterized.getAnnotatedActualTypeArguments()
                : new AnnotatedType[arguments.length];
        int last = arguments.length - 1;
        if (Collection.class.isAssignableFrom(raw) && arguments.length == 1) {
            return list(arguments[0], all[0]);
        }
        if (Map.class.isAssignableFrom(raw) && arguments.length == 2) {
            ObjectNode schema = NODES.objectNode().put("type", "object");
            schema.set("additionalProperties", value(arguments[last], all[last]));
            return schema;
        }
        if (raw == Optional.class) {
            ObjectNode schema = shape(arguments[0], all[0]);
            allowNull(schema);
            return schema;
        }
        return shape(raw, annotated);
    }

    private ObjectNode list(Type item, @Nullable AnnotatedType annotated) {
        ObjectNode schema = NODES.objectNode().put("type", "array");
        schema.set("items", value(item, annotated));
        return schema;
    }

    /** An item of a list or a value of a map. */
    private ObjectNode value(Type type, @Nullable AnnotatedType annotated) {
        Constraints constraints = new Constraints(annotated == null ? List.of() : List.of(annotated.getAnnotations()));
        ObjectNode schema = shape(type, annotated);
        constrain(schema, constraints, constraints.forbidNull() || isPrimitive(type));
        return schema;
    }

    private void constrain(ObjectNode schema, Constraints constraints, boolean forbidNull) {
        beyondType |= constraints.areSome();
        if (!forbidNull) {
            allowNull(schema);
        }
        if (forbidNull && schema.has("$ref")) {
            schema.put("type", "object");
        }
        constraints.addTo(schema);
    }

    private static void allowNull(ObjectNode schema) {
        JsonNode type = schema.get("type");
        if (type != null && type.isString() && !type.stringValue().equals("null")) {
            schema.putArray("type").add(type).add("null");
        }
        if (schema.get("enum") instanceof ArrayNode constants) {
            constants.addNull();
        }
    }

    private ObjectNode record(Class<?> type) {
        if (!underWay.add(type)) {
            return reference(recursive.computeIfAbsent(type, this::name));
        }
        ObjectNode schema = NODES.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = NODES.arrayNode();
        for (RecordComponent component : type.getRecordComponents()) {
            Component each = Component.of(component);
            if (!each.isIgnored() && !each.isUnwrapped()) {
                component(each, properties, required);
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        underWay.remove(type);
        String name = recursive.get(type);
        if (name == null) {
            return schema;
        }
        allowNull(schema);
        definitions.set(name, schema);
        return reference(name);
    }

    private static ObjectNode reference(String name) {
        return NODES.objectNode().put("$ref", "#/$defs/" + name);
    }

    private String name(Class<?> type) {
        String name = type.getSimpleName();
        return recursive.containsValue(name) ? name + recursive.size() : name;
    }

    private void component(Component component, ObjectNode properties, ArrayNode required) {
        Constraints constraints = new Constraints(component.annotations());
        AnnotatedType annotated = component.component().getAnnotatedType();
        ObjectNode schema = component.isCustom()
                ? NODES.objectNode()
                : shape(component.component().getGenericType(), annotated);
        String byDefault = component.byDefault();
        boolean zero = component.isPrimitive() && constraints.areSome(); // what is left out might not fit
        boolean needed = (component.isRequired() || constraints.forbidNull() || zero) && byDefault == null;
        constrain(schema, constraints, constraints.forbidNull() || component.isPrimitive() || byDefault != null);
        if (byDefault != null) {
            schema.set("default", byDefault(component, byDefault, schema));
            hasDefaults = true;
            beyondType = true;
        }
        if (needed && !component.hasOtherNames()) {
            required.add(component.name());
        }
        properties.set(component.name(), schema);
    }

    private JsonNode byDefault(Component component, String text, ObjectNode schema) {
        boolean isText = schema.path("type").asString("").equals("string") || schema.has("enum");
        try {
            JsonNode value = isText ? NODES.stringNode(text) : codec.tree(text.getBytes(StandardCharsets.UTF_8));
            if (!schema.has("$ref")) {
                JsonSchema.of(schema, codec).fit(codec.write(value));
            }
            return value;
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "@Default(\"%s\") of %s does not fit: %s".formatted(text, component.name(), e.reason()), e);
        }
    }

    private ObjectNode constants(Object[] constants) {
        ObjectNode schema = NODES.objectNode();
        ArrayNode all = schema.putArray("enum");
        try {
            for (Object constant : constants) {
                all.add(codec.tree(codec.write(constant)));
            }
            return schema;
        } catch (UnfitException e) {
            return NODES.objectNode(); // whoever needs its JSON will hear of it
        }
    }
}
