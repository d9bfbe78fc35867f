package dev.errand.server.runs;

import dev.errand.Json;
import dev.errand.MetadataEdit;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Fields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Changes of metadata as clients write them: an object in place of all there is, then operations one after another. */
record EditFields(List<MetadataEdit> own, List<MetadataEdit> parents, List<MetadataEdit> roots) {
    private static final String METADATA = "metadata";
    private static final String KEY = "key";
    private static final String VALUE = "value";
    private static final String TYPE = "type";

    /**
     * Reads them.
     *
     * @throws dev.errand.server.call.Problem 400 for what cannot be understood
     */
    static EditFields read(Fields body) {
        List<MetadataEdit> own = new ArrayList<>();
        if (body.object(METADATA) != null) {
            own.add(new MetadataEdit.Update(map(body, METADATA)));
        }
        own.addAll(operations(body, "operations"));
        return new EditFields(own, operations(body, "parentOperations"), operations(body, "rootOperations"));
    }

    private static List<MetadataEdit> operations(Fields body, String name) {
        JsonNode list = body.value(name);
        if (list != null && !list.isArray()) {
            throw body.refused(name, "an array of operations is needed");
        }
        List<MetadataEdit> edits = new ArrayList<>();
        for (int i = 0; list != null && i < list.size(); i++) {
            byte[] json = list.get(i).toString().getBytes(StandardCharsets.UTF_8);
            edits.add(edit(Fields.read(json, "%s[%d]".formatted(name, i))));
        }
        return edits;
    }

    private static MetadataEdit edit(Fields operation) {
        String type = operation.someText(TYPE);
        if (type.equals("update")) {
            if (operation.object(VALUE) == null) {
                throw operation.refused(VALUE, "an object is needed, and missing");
            }
            return new MetadataEdit.Update(map(operation, VALUE));
        }
        String key = operation.someText(KEY);
        return Asking.orMalformed(operation.place(KEY), () -> edit(operation, type, key));
    }

    private static MetadataEdit edit(Fields operation, String type, String key) {
        return switch (type) {
            case "set" -> new MetadataEdit.Set(key, value(operation));
            case "delete" -> new MetadataEdit.Delete(key);
            case "append" -> new MetadataEdit.Append(key, value(operation));
            case "remove" -> new MetadataEdit.Remove(key, value(operation));
            case "increment" -> new MetadataEdit.Increment(key, number(operation));
            default -> throw operation.refused(TYPE, "set, delete, append, remove, increment or update is needed");
        };
    }

    /** As it was sent: numbers keep their digits. */
    private static @Nullable Json value(Fields operation) {
        JsonNode value = operation.value(VALUE);
        return value == null ? null : new Json(value.toString());
    }

    private static double number(Fields operation) {
        JsonNode value = operation.value(VALUE);
        if (value == null || !value.isNumber()) {
            throw operation.refused(VALUE, "a number is needed");
        }
        double number = value.decimalValue().doubleValue();
        if (Double.isInfinite(number)) {
            throw operation.refused(VALUE, "a number is needed, of at most %s".formatted(Double.MAX_VALUE));
        }
        return number;
    }

    private static Map<String, @Nullable Object> map(Fields fields, String name) {
        return new LinkedHashMap<>(fields.map(name));
    }
}
