package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes back what a node holds, because it leaves or has died. What is locked is left for a later look: a run may be about to end in a
 * transaction of a user's, which a process that stands still never closes, and nobody is to wait for that.
 */
final class Freeing {
    /**
     * For the rest of a transaction that looks for claims. No index has them, since that would make each claim dear: they are looked for
     * in the lines, but not where runs stand that are not due yet, however many those are said to be.
     */
    static final String BY_LINES = "set local enable_seqscan = off";

    /** Of a chunk of several, some may have ended: whoever claims it next looks at each. */
    private static final String FREE = """
            with held as materialized (<held>),
            freed as (
                update errand.chunk k
                   set claim = 0,
                       held = null,
                       started = null,
                       suspect = case when ? and k.started is null then true else k.suspect end,
                       redeliveries = k.redeliveries + case when ? and k.started is not null then 1 else 0 end,
                       dirty = k.dirty or k.first <> k.last
                  from held
                 where k.line = held.line and k.position = held.position and k.first = held.first and k.single = held.single
                returning k.line, k.first, k.last, k.single, k.batch, k.attempt, held.started)
            select freed.started is not null, r.id, r.name, freed.line, freed.attempt
              from freed
             cross join lateral (
                 select id, name
                   from errand.run
                  where id between freed.first and freed.last and batch = freed.batch
                    and (select true from errand.outcome where run = run.id limit 1) is null
                    and (freed.single or (select true from errand.chunk where single and first = run.id limit 1) is null)
                 offset 0) r
            """;

    /** In lines without keys, of which there are as many as tasks. */
    private static final String FREE_LINES = FREE.replace("<held>", """
                select k.*
                  from errand.plain_line own
                 cross join lateral (
                     select line, position, first, single, started
                       from errand.chunk
                      where line = own.number and position < 9223372036854775807 and claim between ? and ? and cancel is null
                        for update skip locked) k
            """);

    /** Under limits. */
    private static final String FREE_COUNTED = FREE.replace("<held>", """
                select line, position, first, single, started
                  from errand.chunk
                 where held is not null and claim between ? and ? and cancel is null
                   for update skip locked
            """);

    private static final String CANCELED = """
            with held as materialized (
                select line, position, first, single
                  from errand.chunk
                 where claim between ? and ? and cancel is not null
                   for update skip locked)
            delete from errand.chunk k
             using held, errand.run r
             where k.line = held.line and k.position = held.position and k.first = held.first and k.single = held.single
               and r.id = k.first
            returning k.first, k.claim, k.started, k.cancel, k.attempt, k.redeliveries, k.line, r.name, k.resumed
            """;

    private record Canceled(
            RunId run,
            long claim,
            @Nullable Long started,
            String reason,
            int attempt,
            int redeliveries,
            long line,
            @Nullable String name,
            boolean resumed) {}

    private Freeing() {}

    /**
     * Gives it all back: what somebody wants to stop ends.
     *
     * @param died whether the node died with it, which counts against what it held
     * @return how many runs
     */
    static int free(Tx tx, long node, boolean died) throws SQLException {
        long from = ClaimIds.first(node);
        long to = ClaimIds.first(node + 1) - 1;
        Locks.clear(tx);
        tx.sql(BY_LINES).run();
        int canceled = cancel(tx, from, to);
        int runs = free(tx, FREE_COUNTED, from, to, died) + free(tx, FREE_LINES, from, to, died);
        if (Lingering.clear(tx)) {
            tx.tell(Notice.PERMITS);
        }
        if (canceled + runs > 0) { // what ended has left its permit as well
            tx.tell(Notice.OLD_WORK);
        }
        return canceled + runs;
    }

    private static int free(Tx tx, String statement, long from, long to, boolean died) throws SQLException {
        List<Object[]> started = new ArrayList<>();
        int[] runs = {0};
        tx.sql(statement).set(from).set(to).setObject(died).setObject(died).each(row -> {
            runs[0]++;
            if (row.getBoolean(1)) {
                started.add(new Object[] {row.getObject(2), row.getLong(4), row.getString(3), row.getInt(5)});
            }
        });
        for (Object[] run : started) {
            int task = tx.taskOf((long) run[1]);
            tx.events()
                    .state(
                            Ids.of(run[0]),
                            task,
                            (String) run[2],
                            (int) run[3],
                            RunState.EXECUTING,
                            RunState.QUEUED,
                            tx.now());
        }
        return runs[0];
    }

    private static int cancel(Tx tx, long from, long to) throws SQLException {
        List<Canceled> all = tx.sql(CANCELED)
                .set(from)
                .set(to)
                .list(row -> new Canceled(
                        Ids.of(row.getObject(1)),
                        row.getLong(2),
                        Sql.nullable(row, 3),
                        row.getString(4),
                        row.getInt(5),
                        row.getInt(6),
                        row.getLong(7),
                        row.getString(8),
                        row.getBoolean(9)));
        for (Canceled one : all) {
            Long started = one.started();
            boolean made = started != null || one.redeliveries() > 0 || one.resumed();
            Outcomes.insert(
                    tx,
                    one.run(),
                    RunState.CANCELED,
                    made ? one.attempt() : one.attempt() - 1,
                    one.redeliveries(),
                    one.claim(),
                    started,
                    one.reason(),
                    null);
            RunState before = started == null ? RunState.QUEUED : RunState.EXECUTING;
            tx.events()
                    .state(
                            one.run(),
                            tx.taskOf(one.line()),
                            one.name(),
                            one.attempt(),
                            before,
                            RunState.CANCELED,
                            tx.now());
        }
        return all.size();
    }
}
