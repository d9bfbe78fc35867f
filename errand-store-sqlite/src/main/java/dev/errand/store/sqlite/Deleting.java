package dev.errand.store.sqlite;

import dev.errand.PurgeAnswer;
import dev.errand.PurgeCounts;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Deletes runs with all their traces, but for the events, which have their own time. Their steps go with them by a trigger, so that
 * processes that know nothing of steps take them along as well.
 */
final class Deleting {
    private static final int SLICE = 100;

    private static final List<Batch> STATEMENTS = List.of(
            new Batch("delete from live where number in (%s)", "?"),
            new Batch("delete from outcome where number in (%s)", "?"),
            new Batch("delete from attempt where run in (%s)", "?"),
            new Batch("delete from note where run in (%s)", "?"),
            new Batch("delete from emitted where run in (%s)", "?"),
            new Batch("delete from line where run in (%s)", "?"),
            new Batch("delete from trigger_key where run in (%s)", "?"),
            new Batch("delete from run where number in (%s)", "?"));

    /** By their tags, which the run still knows. */
    private static final Batch TAGS = new Batch("""
            delete from tag
             where (tag, run) in (
                select value, number from run, json_each(run.tags) where number in (%s))
            """, "?");

    private Deleting() {}

    static PurgeAnswer purge(Tx tx, RunId id, boolean force) throws SQLException {
        PurgeCounts counts = purge(tx, List.of(id), force);
        if (counts.executing() > 0) {
            return PurgeAnswer.EXECUTING;
        }
        return counts.purged() > 0 ? PurgeAnswer.PURGED : PurgeAnswer.NOT_FOUND;
    }

    /** Of many, in slices that hold nobody up. */
    static PurgeCounts purge(Writer writer, List<RunId> runs, boolean force) {
        long purged = 0;
        long executing = 0;
        for (int from = 0; from < runs.size(); from += SLICE) {
            List<RunId> slice = runs.subList(from, Math.min(from + SLICE, runs.size()));
            PurgeCounts counts = writer.call(tx -> purge(tx, slice, force));
            purged += counts.purged();
            executing += counts.executing();
        }
        return new PurgeCounts(purged, executing);
    }

    private static PurgeCounts purge(Tx tx, List<RunId> ids, boolean force) throws SQLException {
        List<Requests.Row> gone = new ArrayList<>();
        int executing = 0;
        for (RunId id : Set.copyOf(ids)) {
            Requests.Row run = Requests.find(tx, id);
            if (run != null && run.claim() != null && !force) {
                executing++;
            } else if (run != null) {
                gone.add(run);
            }
        }
        if (!gone.isEmpty()) {
            purge(tx, gone);
        }
        return new PurgeCounts(gone.size(), executing);
    }

    private static void purge(Tx tx, List<Requests.Row> runs) throws SQLException {
        tx.awaited().deletes(tx);
        delete(tx, runs.stream().map(Requests.Row::number).toList());
        tx.free();
        for (Requests.Row run : runs) {
            if (!run.state()
                    .isTerminal()) { // its end is told like any other, or whoever waits for it would wait for ever
                tx.events()
                        .state(run.id(), run.task(), run.name(), run.made(), run.state(), RunState.CANCELED, tx.now());
            }
        }
        tx.wake();
    }

    static void delete(Tx tx, List<Long> runs) throws SQLException {
        for (int from = 0; from < runs.size(); ) {
            int size = Batch.size(runs.size() - from);
            List<Long> batch = runs.subList(from, from + size);
            delete(tx, TAGS, batch);
            for (Batch statement : STATEMENTS) {
                delete(tx, statement, batch);
            }
            from += size;
        }
    }

    private static void delete(Tx tx, Batch statement, List<Long> runs) throws SQLException {
        Sql sql = tx.sql(statement.text(runs.size()));
        for (Long run : runs) {
            sql.set(run);
        }
        sql.update();
    }
}
