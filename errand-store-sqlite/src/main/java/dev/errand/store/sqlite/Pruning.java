package dev.errand.store.sqlite;

import dev.errand.Retention;
import dev.errand.RunState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Deletes ended runs and events past their retention, the oldest first, in slices that hold nobody up. */
final class Pruning {
    private static final int SLICE = 500;
    private static final long EVENTS_STAY = TimeUnit.DAYS.toMicros(1);

    private static final String PAST = """
            select number
              from outcome
             where state = ? and retriable = 0 and ended <= ?
             order by ended
             limit ?
            """;
    private static final String OLDEST_EVENTS = "select position, at from event order by position limit ?";
    private static final String DELETE_EVENTS = "delete from event where position <= ?";

    private final Writer writer;

    Pruning(Writer writer) {
        this.writer = writer;
    }

    /** Answers how many runs were deleted. */
    int prune(Retention retention, int limit) {
        int deleted = 0;
        for (RunState state : RunState.values()) {
            Duration stay = state.isTerminal() ? retention.of(state) : null;
            if (stay != null) {
                deleted += prune(state, Times.micros(stay), limit - deleted);
            }
        }
        trimEvents();
        return deleted;
    }

    private int prune(RunState state, long stay, int limit) {
        int deleted = 0;
        int slice = Math.min(SLICE, limit);
        while (slice > 0) {
            int asked = slice;
            int found = writer.call(tx -> prune(tx, state, stay, asked));
            deleted += found;
            slice = found < asked ? 0 : Math.min(SLICE, limit - deleted);
        }
        return deleted;
    }

    private static int prune(Tx tx, RunState state, long stay, int limit) throws SQLException {
        List<Long> past = tx.sql(PAST)
                .set((long) States.number(state))
                .set(tx.now() - stay)
                .set((long) limit)
                .list(row -> row.getLong(1));
        Deleting.delete(tx, past);
        return past.size();
    }

    private void trimEvents() {
        while (writer.call(Pruning::trimSlice) == SLICE) {
            // The next slice.
        }
    }

    private static int trimSlice(Tx tx) throws SQLException {
        long until = tx.now() - EVENTS_STAY;
        List<Long> past = new ArrayList<>();
        List<Long> young = new ArrayList<>();
        tx.sql(OLDEST_EVENTS).set((long) SLICE).each(row -> {
            boolean old = young.isEmpty() && row.getLong(2) < until;
            (old ? past : young).add(row.getLong(1));
        });
        if (!past.isEmpty()) {
            tx.sql(DELETE_EVENTS).set(past.getLast()).update();
        }
        return past.size();
    }
}
