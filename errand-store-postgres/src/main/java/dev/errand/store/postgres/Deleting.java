package dev.errand.store.postgres;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.JsonReader;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes runs with all their traces, but for the events, which have their own time. Their steps go with them by a trigger, so that
 * nodes that know nothing of steps take them along as well; so does what they await, and who awaits them is told.
 */
final class Deleting {
    /** What the runs say of their tags, which are not found by run. */
    private static final String TAGS = """
            select run.id, run.tags
              from unnest(?::uuid[]) u(id)
             cross join lateral (select id, tags from errand.run where id = u.id limit 1) run
             where run.tags is not null
            """;

    private static final String DELETE_TAGS =
            "delete from errand.tag where (tag, run) in (select * from unnest(?::text[], ?::uuid[]))";

    /** The runs first: how they ended is kept with those who await them, also where nobody was told of it yet. */
    private static final List<String> STATEMENTS = List.of(
            "delete from errand.run where id = any(?::uuid[])",
            "delete from errand.outcome where run = any(?::uuid[])",
            "delete from errand.attempt where run = any(?::uuid[])",
            "delete from errand.note where run = any(?::uuid[])",
            "delete from errand.emitted where run = any(?::uuid[])",
            "delete from errand.line where run = any(?::uuid[])",
            "delete from errand.trigger_key where run = any(?::uuid[])");

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
            remove(tx, run);
        }
        delete(tx, List.of(id));
        tx.tell(Notice.REQUESTS);
        return PurgeAnswer.PURGED;
    }

    /** Of a run that has not ended: its end is told like any other, or whoever waits for it would wait for ever. */
    static void remove(Tx tx, Whereabouts run) throws SQLException {
        Requests.tell(tx, run, RunState.CANCELED);
        run.remove(tx);
    }

    static void delete(Tx tx, List<RunId> runs) throws SQLException {
        Array ids = tx.array("uuid", Columns.ids(runs, run -> run));
        deleteTags(tx, ids);
        for (String statement : STATEMENTS) {
            tx.end(tx.sql(statement).setObject(ids));
        }
    }

    private static void deleteTags(Tx tx, Array ids) throws SQLException {
        List<Object> runs = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        tx.sql(TAGS).setObject(ids).each(row -> {
            for (String tag : JsonReader.texts(row.getString(2))) {
                runs.add(row.getObject(1));
                tags.add(tag);
            }
        });
        if (!tags.isEmpty()) {
            tx.sql(DELETE_TAGS)
                    .setObject(tx.array("text", tags.toArray()))
                    .setObject(tx.array("uuid", runs.toArray()))
                    .update();
        }
    }
}
