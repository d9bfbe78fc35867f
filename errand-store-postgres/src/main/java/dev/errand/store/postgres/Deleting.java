package dev.errand.store.postgres;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import java.sql.Array;
import java.sql.SQLException;
import java.util.List;

/** Deletes runs with all their traces, but for the events, which have their own time. */
final class Deleting {
    /** The tags by what the run still says, since they are not found by run. */
    private static final String TAGS = """
            delete from errand.tag
             using (select t.tag, run.id
                      from unnest(?::uuid[]) u(id)
                     cross join lateral (select id, tags from errand.run where id = u.id limit 1) run
                     cross join lateral jsonb_array_elements_text(run.tags::jsonb) t(tag)
                     where run.tags is not null) old
             where tag.tag = old.tag and tag.run = old.id
            """;

    private static final List<String> STATEMENTS = List.of(
            TAGS,
            "delete from errand.outcome where run = any(?::uuid[])",
            "delete from errand.attempt where run = any(?::uuid[])",
            "delete from errand.note where run = any(?::uuid[])",
            "delete from errand.emitted where run = any(?::uuid[])",
            "delete from errand.line where run = any(?::uuid[])",
            "delete from errand.run where id = any(?::uuid[])");

    private Deleting() {}

    static PurgeAnswer purge(Tx tx, RunId id, boolean force) throws SQLException {
        Whereabouts run = Whereabouts.lock(tx, id);
        if (run == null) {
            if (!Requests.exists(tx, id)) {
                return PurgeAnswer.NOT_FOUND;
            }
            Whereabouts.forget(tx, id);
        } else {
            if (run.claim() != 0 && !force) {
                return PurgeAnswer.EXECUTING;
            }
            // Its end is told like any other, or whoever waits for it would wait for ever.
            Requests.tell(tx, run, RunState.CANCELED);
            run.remove(tx);
        }
        delete(tx, List.of(id));
        tx.tell(Notice.REQUESTS);
        return PurgeAnswer.PURGED;
    }

    static void delete(Tx tx, List<RunId> runs) throws SQLException {
        Array ids = tx.array("uuid", Columns.ids(runs, run -> run));
        for (String statement : STATEMENTS) {
            tx.sql(statement).setObject(ids).update();
        }
    }
}
