package dev.errand.json;

import dev.errand.Json;
import dev.errand.MetadataEdit;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of metadata as it is sent: {@code {"type": "increment", "key": "rows", "by": 3}}.
 *
 * @param type which of the kinds of {@link MetadataEdit}, in lower case
 * @param key null for an update
 * @param value of what sets, appends, removes or updates
 * @param by of what increments
 */
public record MetadataEditJson(
        String type,
        @Nullable String key,
        @Nullable Json value,
        @Nullable Double by) {
    /** @throws IllegalArgumentException if a value cannot be written as JSON */
    public static MetadataEditJson of(MetadataEdit edit) {
        return switch (edit) {
            case MetadataEdit.Set set -> valued("set", set.key(), set.value());
            case MetadataEdit.Delete delete -> new MetadataEditJson("delete", delete.key(), null, null);
            case MetadataEdit.Append append -> valued("append", append.key(), append.value());
            case MetadataEdit.Remove remove -> valued("remove", remove.key(), remove.value());
            case MetadataEdit.Increment increment ->
                new MetadataEditJson("increment", increment.key(), null, increment.by());
            case MetadataEdit.Update update -> valued("update", null, update.value());
        };
    }

    private static MetadataEditJson valued(String type, @Nullable String key, @Nullable Object value) {
        return new MetadataEditJson(type, key, ValueJson.write(value), null);
    }

    /** @throws IllegalArgumentException if it is none */
    public MetadataEdit edit() {
        return switch (String.valueOf(type).toLowerCase(Locale.ROOT)) {
            case "set" -> new MetadataEdit.Set(someKey(), natural());
            case "delete" -> new MetadataEdit.Delete(someKey());
            case "append" -> new MetadataEdit.Append(someKey(), natural());
            case "remove" -> new MetadataEdit.Remove(someKey(), natural());
            case "increment" -> new MetadataEdit.Increment(someKey(), by == null ? 1 : by);
            case "update" -> new MetadataEdit.Update(members());
            default ->
                throw new IllegalArgumentException(
                        "type is %s; set, delete, append, remove, increment or update is needed".formatted(type));
        };
    }

    private String someKey() {
        if (key == null) {
            throw new IllegalArgumentException("a key is needed to %s, and missing".formatted(type));
        }
        return key;
    }

    private @Nullable Object natural() {
        return value == null ? null : ValueJson.natural(value);
    }

    @SuppressWarnings("unchecked") // JSON has no other keys
    private Map<String, @Nullable Object> members() {
        if (natural() instanceof Map<?, ?> members) {
            return (Map<String, @Nullable Object>) members;
        }
        throw new IllegalArgumentException("an object is needed to update with");
    }
}
