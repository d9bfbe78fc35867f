package dev.errand.server.call;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object in the making, for those with too many members for a record, or that need a null. */
public final class Members {
    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

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

    /** As {@link #put}, but null is sent as such. Clients take a null for a value, so only where the API says that it may be one. */
    public Members putNullable(String name, @Nullable Object value) {
        members.put(name, value);
        return this;
    }

    public Map<String, @Nullable Object> map() {
        return members;
    }
}
