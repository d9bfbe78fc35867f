package dev.errand.server.call;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object in the making, for those with too many members for a record. What is null is left out. */
public final class Members {
    private final Map<String, Object> members = new LinkedHashMap<>();

    private Members() {}

    public static Members of(String name, @Nullable Object value) {
        return new Members().put(name, value);
    }

    /** Text, a number, a truth value, an instant, an enum, {@link dev.errand.Json}, a list, a map or a record; null is left out. */
    public Members put(String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value);
        }
        return this;
    }

    public Map<String, Object> map() {
        return members;
    }
}
