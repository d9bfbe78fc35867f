package dev.errand.store.sql;

import dev.errand.RunState;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a run stands: what its outcome says, or else what is kept of runs that have not ended. */
record Standing(
        RunState state,
        int attempt,
        @Nullable Instant due,
        @Nullable Long node,
        int redeliveries,
        boolean cancelRequested) {

    /** Of a row of {@link RunRow#info}; a run of which neither is known has just come. */
    static Standing read(ResultSet row, Instant created) throws SQLException {
        Long ended = Sql.nullable(row, 16);
        if (ended != null) {
            return ended(row, States.of(ended.intValue()));
        }
        Long waiting = Sql.nullable(row, 10);
        return waiting == null
                ? new Standing(RunState.QUEUED, 0, created, null, 0, false)
                : waiting(row, States.of(waiting.intValue()));
    }

    private static Standing waiting(ResultSet row, RunState state) throws SQLException {
        int redeliveries = row.getInt(14);
        boolean executing = state == RunState.EXECUTING;
        boolean made = executing || redeliveries > 0 || row.getBoolean(28);
        return new Standing(
                state,
                made ? row.getInt(12) : row.getInt(12) - 1,
                executing ? null : due(row.getLong(11)),
                node(row, 13),
                redeliveries,
                row.getBoolean(15));
    }

    private static @Nullable Instant due(long micros) {
        return micros == Times.NEVER ? null : Times.instant(micros);
    }

    private static Standing ended(ResultSet row, RunState state) throws SQLException {
        return new Standing(state, row.getInt(17), null, node(row, 18), row.getInt(19), false);
    }

    /** No claim is null, or 0 where it must be a number. */
    private static @Nullable Long node(ResultSet row, int column) throws SQLException {
        long claim = row.getLong(column);
        return claim == 0 ? null : (Long) ClaimIds.node(claim);
    }
}
