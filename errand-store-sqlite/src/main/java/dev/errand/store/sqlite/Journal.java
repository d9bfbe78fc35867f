package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import dev.errand.store.sql.RunRow;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/** What is known of the steps of runs. A run's steps are deleted with it, by a trigger. */
final class Journal {
    /** Nothing if the claim is held no more. */
    private static final String WRITE = """
            insert into step (position, attempt, started, ended, key, name, result, failure, run)
            select ?, ?, ?, ?, ?, ?, ?, ?, number from live where number = ? and claim = ?
                on conflict (run, position) do update
               set attempt = excluded.attempt, started = excluded.started, ended = excluded.ended, key = excluded.key,
                   name = excluded.name, result = excluded.result, failure = excluded.failure
            """;

    private static final String READ = """
            select position, key, name, attempt, started, ended, result, failure
              from step
             where run = (select number from run where id = ?) and position > ?
             order by position
             limit ?
            """;

    private Journal() {}

    static Receipt write(Tx tx, Report.Journaled report) throws SQLException {
        Claim claim = report.claim();
        int written = fill(tx.sql(WRITE), report.step())
                .set(claim.number())
                .set(claim.id())
                .update();
        return written == 0 ? Receipt.LOST : Receipt.RECORDED;
    }

    /** Fills the parameters that follow: position, attempt, start, end, key, name, result, failure. */
    static Sql fill(Sql statement, StepEntry step) throws SQLException {
        return statement
                .set((long) step.position())
                .set((long) step.attempt())
                .set(Times.micros(step.startedAt()))
                .set(Times.microsOrNull(step.endedAt()))
                .set(step.key())
                .set(step.name())
                .set(step.result())
                .set(Documents.failure(step.failure()));
    }

    static List<StepEntry> read(Database database, RunId run, int after, int limit) throws SQLException {
        return database.sql(READ)
                .set(Ids.bytes(run))
                .set((long) after)
                .set((long) limit)
                .list(row -> RunRow.step(row, 1, Ids.FORMS));
    }
}
