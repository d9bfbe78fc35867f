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

/**
 * What is known of the steps of runs. Those of many runs are written with one statement; what it leaves out, since a claim is held no
 * more, is found out one by one. A run's steps are deleted with it, by a trigger.
 */
final class Journal {
    /** The rows first, then their runs: {@code cross} forbids the other way round, which would look at all runs. */
    private static final Batch WRITE = new Batch("""
            insert into step (position, attempt, started, ended, key, name, result, failure, run)
            select column1, column2, column3, column4, column5, column6, column7, column8, number
              from (values %s)
             cross join live
             where number = column9 and claim = column10
                on conflict (run, position) do update
               set attempt = excluded.attempt, started = excluded.started, ended = excluded.ended, key = excluded.key,
                   name = excluded.name, result = excluded.result, failure = excluded.failure
            """, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    private static final String READ = """
            select position, key, name, attempt, started, ended, result, failure
              from step
             where run = (select number from run where id = ?) and position > ?
             order by position
             limit ?
            """;

    /** A report, and where its answer goes. */
    record Place(Report.Journaled report, int index) {}

    private Journal() {}

    /** Puts the answer to each report into the receipts, at its place. */
    static void write(Tx tx, List<Place> places, Receipt[] receipts) throws SQLException {
        for (int from = 0; from < places.size(); ) {
            int size = Batch.size(places.size() - from);
            List<Place> batch = places.subList(from, from + size);
            boolean all = write(tx, batch) == size;
            for (Place place : batch) {
                receipts[place.index()] = all || write(tx, List.of(place)) > 0 ? Receipt.RECORDED : Receipt.LOST;
            }
            from += size;
        }
    }

    static Receipt write(Tx tx, Report.Journaled report) throws SQLException {
        return write(tx, List.of(new Place(report, 0))) > 0 ? Receipt.RECORDED : Receipt.LOST;
    }

    private static int write(Tx tx, List<Place> batch) throws SQLException {
        Sql write = tx.sql(WRITE.text(batch.size()));
        for (Place place : batch) {
            Claim claim = place.report().claim();
            fill(write, place.report().step()).set(claim.number()).set(claim.id());
        }
        return write.update();
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
