package dev.errand;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param items in the order asked for
 * @param cursor what {@link RunQuery#after(String)} takes to go on; null on the last page
 * @param back what {@link RunQuery#before(String)} takes to go back; null on the first page, and of lists that go in one direction only
 */
public record Page<T>(
        List<T> items, @Nullable String cursor, @Nullable String back) {
    public Page {
        items = List.copyOf(items);
    }

    /** Of a list that goes in one direction only. */
    public Page(List<T> items, @Nullable String cursor) {
        this(items, cursor, null);
    }

    /** What to ask with for the next page; empty on the last. */
    public Optional<String> next() {
        return Optional.ofNullable(cursor);
    }

    /** What to ask with for the page before; empty on the first, and where nobody can go back. */
    public Optional<String> previous() {
        return Optional.ofNullable(back);
    }
}
