package dev.errand.server.wire;

import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which part is asked for of a list that goes on where a cursor says, and how that part is answered.
 *
 * @param size how many items it has at most
 * @param after the cursor where the page before ended; null for the first page, and beside the next
 * @param before the cursor where the page after began; null likewise
 */
public record CursorPage(
        int size, @Nullable String after, @Nullable String before) {
    public static final String SIZE = "page[size]";
    public static final String AFTER = "page[after]";
    public static final String BEFORE = "page[before]";

    /** All that a query may say of it. Lists that go in one direction only leave out {@link #BEFORE}. */
    public static final Set<String> NAMES = Set.of(SIZE, AFTER, BEFORE);

    private static final int USUAL = 25;
    private static final int LARGEST = 100;

    private record Listed(List<?> data, Cursors pagination) {}

    private record Cursors(@Nullable String next, @Nullable String previous) {}

    public static CursorPage read(Query asked) {
        CursorPage page = new CursorPage(asked.number(SIZE, 1, LARGEST, USUAL), asked.text(AFTER), asked.text(BEFORE));
        if (page.after != null && page.before != null) {
            throw Problem.malformed(BEFORE, "it says otherwise than " + AFTER);
        }
        return page;
    }

    /**
     * What is answered, as JSON.
     *
     * @param next the cursor of the page after this; null if this is the last
     * @param previous the cursor of the page before this; null if this is the first, and where nobody can go back
     */
    public static Object answer(List<?> items, @Nullable String next, @Nullable String previous) {
        return new Listed(items, new Cursors(next, previous));
    }
}
