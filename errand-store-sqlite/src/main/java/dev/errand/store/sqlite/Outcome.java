package dev.errand.store.sqlite;

import dev.errand.RunState;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, as it is stored.
 *
 * @param attempt the last one made; 0 for none
 * @param claim under which it ended; null if under none
 * @param started when that attempt did; null if it never did
 */
record Outcome(
        long number,
        RunState state,
        int attempt,
        @Nullable Long claim,
        @Nullable Long started,
        long ended,
        int redeliveries,
        byte @Nullable [] output,
        @Nullable String failure,
        @Nullable String reason,
        boolean retriable) {

    private static final Batch INSERT = new Batch("""
            insert into outcome
                   (number, state, attempt, claim, started, ended, redeliveries, output, failure, reason, retriable)
            values %s
            """, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    static void insert(Tx tx, List<Outcome> outcomes) throws SQLException {
        for (int from = 0; from < outcomes.size(); ) {
            int size = Batch.size(outcomes.size() - from);
            Sql insert = tx.sql(INSERT.text(size));
            for (Outcome outcome : outcomes.subList(from, from + size)) {
                outcome.fill(insert);
            }
            insert.update();
            from += size;
        }
    }

    private void fill(Sql insert) throws SQLException {
        insert.set(number)
                .set((long) States.number(state))
                .set((long) attempt)
                .set(claim)
                .set(started)
                .set(ended)
                .set((long) redeliveries)
                .set(output)
                .set(failure)
                .set(reason)
                .set(retriable ? 1L : 0L);
    }
}
