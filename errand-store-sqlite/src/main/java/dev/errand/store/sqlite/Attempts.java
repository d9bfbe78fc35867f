package dev.errand.store.sqlite;

import dev.errand.Failure;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Instant;

/** Keeps attempts that are followed by another. */
final class Attempts {
    private static final String INSERT = """
            insert or replace into attempt (run, attempt, claim, started, ended, failure, by_hand)
            values (?, ?, ?, ?, ?, ?, 0)
            """;

    /** The outcome becomes an attempt among others, since somebody asked for one more. */
    private static final String FROM_OUTCOME = """
            insert or replace into attempt (run, attempt, claim, started, ended, failure, by_hand)
            select number, attempt, claim, started, ended, failure, 1
              from outcome
             where number = ? and started is not null
            """;

    private Attempts() {}

    static void insert(Tx tx, long run, int attempt, long claim, Instant started, long ended, Failure failure)
            throws SQLException {
        tx.sql(INSERT)
                .set(run)
                .set((long) attempt)
                .set(claim)
                .set(Times.micros(started))
                .set(ended)
                .set(Documents.failure(failure))
                .update();
    }

    static void insertFromOutcome(Tx tx, long run) throws SQLException {
        tx.sql(FROM_OUTCOME).set(run).update();
    }
}
