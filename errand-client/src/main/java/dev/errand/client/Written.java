package dev.errand.client;

import dev.errand.Json;
import dev.errand.json.ValueJson;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Values of users as they are sent. */
final class Written {
    private Written() {}

    /**
     * @param what for the message
     * @throws IllegalArgumentException if it cannot be written as JSON
     */
    static Json of(String what, @Nullable Object value) {
        return of(what, value, value == null ? Void.class : value.getClass());
    }

    /** As {@link #of(String, Object)}, as a type says. */
    static Json of(String what, @Nullable Object value, Type type) {
        try {
            return ValueJson.write(value, type);
        } catch (ValueJson.UnfitException e) {
            throw new IllegalArgumentException("%s cannot be written as JSON: %s".formatted(what, e.reason()), e);
        }
    }
}
