package dev.errand;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param items in the order asked for
 * @param cursor what {@link RunQuery#after(String)} takes to go on; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String cursor) {
    public Page {
        items = List.copyOf(items);
    }

    /** What to ask with for the next page; empty on the last. */
    public Optional<String> next() {
        return Optional.ofNullable(cursor);
    }
}
