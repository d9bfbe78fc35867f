package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Records that bodies have started: those of many runs with one statement, and one by one where that was known or the claim is lost. */
final class Starting {
    private static final Batch START = new Batch("""
            update live
               set state = 2, started = column3, expires = null
              from (values %s)
             where number = column1 and claim = column2 and state <> 2
            returning number
            """, "(?, ?, ?)");

    private static final String START_AGAIN = """
            update live
               set state = 2, started = ?, expires = null
             where number = ? and claim = ?
            """;

    private static final String WAS_STARTED = "select state = 2 from live where number = ? and claim = ?";

    /** A report, and where its answer goes. */
    record Place(Report.Started report, int index) {}

    private Starting() {}

    /** Puts the answer to each report into the receipts, at its place. */
    static void start(Tx tx, List<Place> places, Receipt[] receipts) throws SQLException {
        for (int from = 0; from < places.size(); ) {
            int size = Batch.size(places.size() - from);
            List<Place> batch = places.subList(from, from + size);
            Set<Long> started = start(tx, batch);
            for (Place place : batch) {
                // Removed as it is used: of two starts of a run one is told of.
                boolean first = started.remove(place.report().claim().number());
                receipts[place.index()] = first ? announce(tx, place.report()) : startAgain(tx, place.report());
            }
            from += size;
        }
    }

    private static Set<Long> start(Tx tx, List<Place> batch) throws SQLException {
        Sql start = tx.sql(START.text(batch.size()));
        for (Place place : batch) {
            Claim claim = place.report().claim();
            start.set(claim.number())
                    .set(claim.id())
                    .set(Times.micros(place.report().at()));
        }
        Set<Long> started = new HashSet<>();
        start.each(row -> started.add(row.getLong(1)));
        return started;
    }

    private static Receipt announce(Tx tx, Report.Started report) throws SQLException {
        Recording.change(tx, report.claim(), RunState.QUEUED, RunState.EXECUTING, Times.micros(report.at()));
        return Receipt.RECORDED;
    }

    private static Receipt startAgain(Tx tx, Report.Started report) throws SQLException {
        int held = tx.sql(START_AGAIN)
                .set(Times.micros(report.at()))
                .set(report.claim().number())
                .set(report.claim().id())
                .update();
        return held == 0 ? Receipt.LOST : Receipt.RECORDED;
    }

    /** Whether the start of a claimed run is known. */
    static boolean wasStarted(Tx tx, Claim claim) throws SQLException {
        return tx.sql(WAS_STARTED).set(claim.number()).set(claim.id()).number() != 0;
    }
}
