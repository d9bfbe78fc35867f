package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A durable value, as it is stored.
 *
 * @param version unique among all there ever were of all names, and larger than that of the one before; 0 if there is none
 * @param value null if there is none
 * @param setAt when it was last set, by the store's clock; null if there is none
 */
public record ValueInfo(
        String name,
        long version,
        @Nullable Json value,
        @Nullable Instant setAt) {
    /** Under this name there is nothing. */
    public static ValueInfo none(String name) {
        return new ValueInfo(name, 0, null, null);
    }
}
