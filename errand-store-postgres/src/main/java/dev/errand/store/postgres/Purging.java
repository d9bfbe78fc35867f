package dev.errand.store.postgres;

import dev.errand.PurgeAnswer;
import dev.errand.PurgeCounts;
import dev.errand.RunId;
import dev.errand.StoreException;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Deletes many runs on request, a slice in a transaction, most of them with statements for all. It waits for nobody with a slice: where somebody
 * keeps one of its runs locked, such as a user's transaction in which that ends, they are deleted one by one.
 */
final class Purging {
    private static final int SLICE = 200;

    /** Waiting for nobody, and key by key: of a whole slice the planner may expect so many rows that it would sooner read all chunks at once. */
    private static final String TERMS = """
            select set_config('lock_timeout', '100ms', true),
                   set_config('enable_hashjoin', 'off', true),
                   set_config('enable_mergejoin', 'off', true)
            """;

    private static final String ENDED = """
            select run
              from errand.outcome
             where run = any(?::uuid[])
             order by run
               for update
            """;

    /** As {@link Whereabouts#forget}, of many: the chunks that they came with, and which are still there, do not hold them any more. */
    private static final String FORGET = """
            with origin as materialized (
                select distinct k.line, k.position, k.first
                  from unnest(?::uuid[], ?::uuid[]) u(id, earliest)
                 cross join lateral (select coalesce(line, task) as line, position, batch from errand.run where id = u.id limit 1) r
                 cross join lateral unnest(array[r.position, 9223372036854775807]) place
                 cross join lateral (
                    select line, position, first
                      from errand.chunk
                     where line = r.line and position = place and not single and batch = r.batch
                       and first between u.earliest and u.id and last >= u.id
                     limit 1) k)
            update errand.chunk k
               set dirty = true, disturbed = k.claim <> 0
              from origin
             where k.line = origin.line and k.position = origin.position and k.first = origin.first and not k.single
            """;

    private final Desk desk;
    private final boolean force;
    private long purged;
    private long executing;

    Purging(Desk desk, boolean force) {
        this.desk = desk;
        this.force = force;
    }

    PurgeCounts purge(List<RunId> runs) {
        List<RunId> all = runs.stream().distinct().sorted().toList();
        for (int from = 0; from < all.size(); from += SLICE) {
            List<RunId> slice = all.subList(from, Math.min(from + SLICE, all.size()));
            try {
                count(desk.request(tx -> together(tx, slice)));
            } catch (StoreException e) {
                if (!PostgresErrors.isLockTimeout(e)) {
                    throw e;
                }
                oneByOne(slice);
            }
        }
        return new PurgeCounts(purged, executing);
    }

    private void count(PurgeCounts counts) {
        purged += counts.purged();
        executing += counts.executing();
    }

    private void oneByOne(List<RunId> runs) {
        for (RunId run : runs) {
            PurgeAnswer answer = desk.request(tx -> Deleting.purge(tx, run, force));
            count(new PurgeCounts(answer == PurgeAnswer.PURGED ? 1 : 0, answer == PurgeAnswer.EXECUTING ? 1 : 0));
        }
    }

    private PurgeCounts together(Tx tx, List<RunId> runs) throws SQLException {
        tx.sql(TERMS).each(row -> {});
        Array ids = tx.array("uuid", Columns.ids(runs, run -> run));
        List<RunId> ended = tx.sql(ENDED).setObject(ids).list(row -> Ids.of(row.getObject(1)));
        Set<RunId> open = new HashSet<>(runs);
        ended.forEach(open::remove);
        List<RunId> gone = new ArrayList<>();
        int held = 0;
        for (RunId run : runs) {
            if (open.contains(run)) {
                Whereabouts found = Whereabouts.lock(tx, run);
                if (found != null && found.claim() != 0 && !force) {
                    held++;
                } else if (found != null) {
                    Deleting.remove(tx, found);
                    gone.add(run);
                } else if (Requests.exists(tx, run)) { // it has ended just now
                    ended.add(run);
                }
            }
        }
        if (!ended.isEmpty()) {
            forget(tx, ended);
        }
        gone.addAll(ended);
        if (!gone.isEmpty()) {
            Deleting.delete(tx, gone);
            tx.tell(Notice.REQUESTS);
        }
        return new PurgeCounts(gone.size(), held);
    }

    private static void forget(Tx tx, List<RunId> ended) throws SQLException {
        UUID[] earliest = ended.stream().map(Whereabouts::earliestFirst).toArray(UUID[]::new);
        tx.sql(FORGET)
                .setObject(tx.array("uuid", Columns.ids(ended, run -> run)))
                .setObject(tx.array("uuid", earliest))
                .update();
    }
}
