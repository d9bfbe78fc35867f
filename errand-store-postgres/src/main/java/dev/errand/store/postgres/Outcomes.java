package dev.errand.store.postgres;

import dev.errand.Failure;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Report;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Ends runs one by one. */
final class Outcomes {
    private static final String INSERT = """
            insert into errand.outcome
                   (run, claim, started, ended, state, attempt, redeliveries, retriable, output, failure, reason)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (run) do nothing
            """;

    private Outcomes() {}

    /** Answers false if it had ended already. */
    static boolean insert(Tx tx, Report.Ended end) throws SQLException {
        byte[] output = end.output();
        return tx.end(tx.sql(INSERT)
                        .setObject(Ids.uuid(end.claim().run()))
                        .set((Long) end.claim().id())
                        .set(Times.microsOrNull(end.startedAt()))
                        .set(Times.micros(end.at()))
                        .set((long) States.number(end.state()))
                        .set((long) Ends.attempt(end))
                        .set((long) end.claim().redeliveries())
                        .setObject(end.retriable())
                        .set(output == null ? null : new String(output, StandardCharsets.UTF_8))
                        .set(Documents.failure(end.failure()))
                        .set(Columns.storable(end.reason())))
                > 0;
    }

    /**
     * Ends a run under no claim, or one whose holder will not report it any more.
     *
     * @param attempt the last one made; 0 for none
     * @param started of that attempt; null if it never did
     */
    static boolean insert(
            Tx tx,
            RunId run,
            RunState state,
            int attempt,
            int redeliveries,
            @Nullable Long claim,
            @Nullable Long started,
            String reason,
            @Nullable Failure failure)
            throws SQLException {
        return tx.end(tx.sql(INSERT)
                        .setObject(Ids.uuid(run))
                        .set(claim)
                        .set(started)
                        .set(tx.now())
                        .set((long) States.number(state))
                        .set((long) attempt)
                        .set((long) redeliveries)
                        .setObject(false)
                        .set((String) null)
                        .set(Documents.failure(failure))
                        .set(Columns.storable(reason)))
                > 0;
    }
}
