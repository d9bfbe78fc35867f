package dev.errand.engine.validation;

import dev.errand.store.KeyHash;
import org.jspecify.annotations.Nullable;

/**
 * What a body asks of its run. Two are the same if they are shown alike and say the same.
 *
 * @param shown for people; without what its payload says
 * @param said what it says besides; null for nothing
 */
record Call(String shown, @Nullable KeyHash said) {
    static Call of(String shown) {
        return new Call(shown, null);
    }

    static Call named(String what, String name) {
        return of("%s '%s'".formatted(what, name));
    }

    static Call saying(String shown, String said) {
        return new Call(shown, KeyHash.of(said));
    }
}
