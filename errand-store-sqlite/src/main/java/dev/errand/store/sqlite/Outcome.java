package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.store.format.States;
import dev.errand.store.sql.Sql;
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

    private static final String INSERT = """
            insert into outcome
                   (number, state, attempt, claim, started, ended, redeliveries, output, failure, reason, retriable)
            values %s
            """;

    private static final Batch ANY = new Batch(INSERT, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    /** A run that completed at its first delivery, as most do: what is the same for all need not be handed over. */
    private static final Batch PLAIN = new Batch(INSERT, "(?, 5, ?, ?, ?, ?, 0, ?, null, null, 0)");

    static void insert(Tx tx, List<Outcome> outcomes) throws SQLException {
        for (int from = 0; from < outcomes.size(); ) {
            boolean plain = outcomes.get(from).isPlain();
            int size = Batch.size(sameKind(outcomes, from, plain));
            Sql insert = tx.sql((plain ? PLAIN : ANY).text(size));
            for (Outcome outcome : outcomes.subList(from, from + size)) {
                if (!outcome.retriable()) {
                    tx.finishes().add(outcome.number(), outcome.state(), outcome.ended());
                }
                outcome.fill(insert, plain);
            }
            insert.update();
            from += size;
        }
        tx.awaited().ended(tx, outcomes);
    }

    /** How many from here on are of the same kind, as far as a batch goes. */
    private static int sameKind(List<Outcome> outcomes, int from, boolean plain) {
        int to = from + 1;
        while (to < outcomes.size()
                && to - from < Batch.ROWS
                && outcomes.get(to).isPlain() == plain) {
            to++;
        }
        return to - from;
    }

    private boolean isPlain() {
        return state == RunState.COMPLETED && redeliveries == 0 && failure == null && reason == null && !retriable;
    }

    private void fill(Sql insert, boolean plain) throws SQLException {
        insert.set(number);
        if (!plain) {
            insert.set((long) States.number(state));
        }
        insert.set((long) attempt).set(claim).set(started).set(ended);
        if (!plain) {
            insert.set((long) redeliveries);
        }
        insert.set(output);
        if (!plain) {
            insert.set(failure).set(reason).set(retriable ? 1L : 0L);
        }
    }
}
