package dev.errand.store.sqlite;

import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.util.List;

/** Stores runs that others triggered, once the steps that say so are written: all of a commit together. */
final class Spawning {
    /** A report, and where its answer goes. */
    record Place(Report.Spawned report, int index) {
        /** What it says of its run's journal. */
        Journal.Place step() {
            return new Journal.Place(new Report.Journaled(report.claim(), report.step()), index);
        }
    }

    private Spawning() {}

    /** Expects the answers to the steps. Where the claim is lost there is no step, and nothing is stored. */
    static void spawn(Tx tx, List<Place> places, Receipt[] receipts) throws SQLException {
        List<Report.Spawned> held = places.stream()
                .filter(place -> receipts[place.index()] == Receipt.RECORDED)
                .map(Place::report)
                .toList();
        List<NewRun> runs =
                held.stream().flatMap(report -> report.runs().stream()).toList();
        if (!runs.isEmpty()) {
            Enqueueing.enqueue(tx, runs);
            tx.awaited().add(tx, held);
        }
    }
}
