package dev.errand.store.sqlite;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * Deletes runs with all their traces, but for the events, which have their own time. Their steps go with them by a trigger, so that
 * processes that know nothing of steps take them along as well.
 */
final class Deleting {
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
        Requests.Row run = Requests.find(tx, id);
        if (run == null) {
            return PurgeAnswer.NOT_FOUND;
        }
        if (run.claim() != null && !force) {
            return PurgeAnswer.EXECUTING;
        }
        tx.awaited().deletes(tx);
        delete(tx, List.of(run.number()));
        tx.free();
        if (!run.state().isTerminal()) { // its end is told like any other, or whoever waits for it would wait for ever
            tx.events().state(id, run.task(), run.name(), run.made(), run.state(), RunState.CANCELED, tx.now());
        }
        tx.wake();
        return PurgeAnswer.PURGED;
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
