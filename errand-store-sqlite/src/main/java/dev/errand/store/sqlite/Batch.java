package dev.errand.store.sqlite;

import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/**
 * Statements for many rows at once: two thirds of the cost of a small statement is the way to SQLite and back. Each hot statement comes
 * in three shapes, for {@link #ROWS} rows, for a few, and for one.
 */
final class Batch {
    static final int ROWS = 32;
    private static final int FEW = 6;

    /** Something to do for so many as a statement takes. */
    @FunctionalInterface
    interface Part<T> {
        void apply(List<T> batch) throws SQLException;
    }

    private final String many;
    private final String few;
    private final String one;

    /**
     * @param text with {@code %s} where the rows go
     * @param row one row's parameters, for example {@code (?, ?)}
     */
    Batch(String text, String row) {
        this.many = text.formatted(String.join(", ", Collections.nCopies(ROWS, row)));
        this.few = text.formatted(String.join(", ", Collections.nCopies(FEW, row)));
        this.one = text.formatted(row);
    }

    /** How many of the rest fit the next statement. */
    static int size(int rest) {
        if (rest >= ROWS) {
            return ROWS;
        }
        return rest >= FEW ? FEW : 1;
    }

    /** Takes so many at a time as a statement does. */
    static <T> void each(List<T> all, Part<T> part) throws SQLException {
        for (int from = 0; from < all.size(); ) {
            int size = size(all.size() - from);
            part.apply(all.subList(from, from + size));
            from += size;
        }
    }

    String text(int size) {
        return switch (size) {
            case ROWS -> many;
            case FEW -> few;
            default -> one;
        };
    }
}
