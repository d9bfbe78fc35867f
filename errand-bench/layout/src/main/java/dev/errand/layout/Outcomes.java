package dev.errand.layout;

import java.sql.SQLException;
import java.util.function.Function;

/** What is written of runs that have ended. */
final class Outcomes {
    private static final String OUTPUT = "{\"sent\":true}";

    private Outcomes() {}

    /**
     * Fills six columns: run, claim, start, end, attempt, output.
     *
     * @param at when they started and ended
     */
    static <T> void fill(Columns<T> columns, Function<T, HeldRun> run, long at) throws SQLException {
        columns.ids(row -> run.apply(row).id())
                .longs(row -> run.apply(row).hold().claim)
                .longs(_ -> at)
                .longs(_ -> at)
                .ints(_ -> 1)
                .texts(_ -> OUTPUT);
    }

    /** All of them must have been under their claims. */
    static void check(int ended, int wanted) {
        if (ended != wanted) {
            throw new IllegalStateException(
                    "%d of %d runs were not under their claims any more".formatted(wanted - ended, wanted));
        }
    }
}
