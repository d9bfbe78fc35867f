package dev.errand.engine.validation;

import dev.errand.store.KeyHash;
import org.jspecify.annotations.Nullable;

/**
 * What a body asks of its run. Two are the same if they are shown alike and say the same.
 *
 * @param shown for people; without what its payload says
 * @param said what it says besides; null for nothing
 * @param counted the name of a step that only the order of calls tells from others of that name; null for all else
 */
record Call(String shown, @Nullable KeyHash said, @Nullable String counted) {
    static Call of(String shown) {
        return new Call(shown, null, null);
    }

    static Call named(String what, String name) {
        return of("%s '%s'".formatted(what, name));
    }

    static Call saying(String shown, String said) {
        return new Call(shown, KeyHash.of(said), null);
    }

    /**
     * A step, or a transaction, which is one.
     *
     * @param key null for none
     */
    static Call step(String what, String name, @Nullable String key) {
        return key == null
                ? new Call("%s '%s'".formatted(what, name), null, name)
                : of("%s '%s' with key '%s'".formatted(what, name, key));
    }
}
