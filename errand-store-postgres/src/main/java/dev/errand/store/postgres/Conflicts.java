package dev.errand.store.postgres;

import dev.errand.CancelAnswer;
import dev.errand.OnConflict;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.NewRun;
import dev.errand.store.format.States;
import dev.errand.store.limits.Conflict;
import dev.errand.store.limits.Rules;
import dev.errand.store.postgres.Chunks.NewChunk;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Stores new runs where runs do not wait for a limit: one after another, each a chunk of its own, and settles at once what becomes of it,
 * or of another for its sake. Who stores runs that count together waits for those who do the same.
 */
final class Conflicts {
    private static final int MOST_TRIES = 3;

    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('errand.conflict'), ?::int)::text";

    /** In one line: with "between" the look would go on through all that are not due yet, and order them first. */
    private static final String LINE = "line = ?";

    private static final String LINES = "line between ? and ?";

    /** Those that a dirty chunk holds still, of all that came with it. */
    private static final String MEMBERS = """
                     from errand.run r
                    where k.dirty and not k.single and r.id between k.first and k.last and r.batch = k.batch
                      and (select true from errand.outcome where run = r.id limit 1) is null
                      and (select true from errand.chunk where single and first = r.id limit 1) is null
            """;

    private static final String COUNT = """
            select (select count(*) from errand.lingering l where <lines> and <living>) + coalesce(sum(runs), 0)
              from (select c.runs
                      from (select case when k.dirty and not k.single
                                        then (select count(*)
            <members>)
                                        else k.runs
                                   end as runs
                              from errand.chunk k
                             where <lines> and position < 9223372036854775807 and first <> ?
                             order by k.line, k.position) c
                     where c.runs > 0
                     limit ?) counted
            """.replace("<members>", MEMBERS).replace("<living>", Lingering.LIVING);

    private static final String OLDEST = """
            select m.run, k.position, k.line
              from (select line, position, first, last, single, dirty, batch
                      from errand.chunk
                     where <lines> and position < 9223372036854775807 and (claim <> 0) = ? and cancel is null and first <> ?
                       and (claim <> 0 or not resumed)
                     order by line, position) k
             cross join lateral (
                   select k.first as run where k.single or not k.dirty
                    union all
                   (select r.id
            <members>
                     order by r.id
                     limit 1)) m
             order by k.position, k.first
             limit 1
            """.replace("<members>", MEMBERS);

    private static final String COUNT_IN_LINE = COUNT.replace("<lines>", LINE);
    private static final String COUNT_IN_LINES = COUNT.replace("<lines>", LINES);
    private static final String OLDEST_IN_LINE = OLDEST.replace("<lines>", LINE);
    private static final String OLDEST_IN_LINES = OLDEST.replace("<lines>", LINES);

    private static final String TELL = """
            insert into errand.untold (run, task, name, attempt, from_state, to_state, at) values (?, ?, ?, ?, ?, ?, ?)
            """;

    private record Found(RunId run, long position, long line) {
        static Found read(ResultSet row) throws SQLException {
            return new Found(Ids.of(row.getObject(1)), row.getLong(2), row.getLong(3));
        }
    }

    private Conflicts() {}

    /** Whether one of them may end, or end another: also where the first run of a line is to come, which has no number yet. */
    static boolean any(TaskNumbers tasks, List<NewRun> runs) {
        Rules rules = tasks.rules();
        if (!rules.anyConflicts()) {
            return false;
        }
        for (NewRun run : runs) {
            Long line = tasks.line(run.task(), run.options());
            if (line == null || !rules.conflictsOf(line).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * They may end others, for which they share no commit with those of other callers: one call at a time, since it waits for transactions of
     * users' that triggered there, and the node's beat needs a connection meanwhile. If the answer to the commit is lost they are sent once
     * more; what was stored is left as it is. Their tasks have numbers.
     */
    static void enqueue(Desk desk, List<NewRun> runs) {
        Desk.again(() -> desk.request(
                tx -> store(tx, PendingCaps.requireUnknown(tx, runs)).size()));
        Untold.tellAll(desk);
    }

    /** Runs of batches and schedules, and callbacks, within a transaction of ours: all keep the limits for which runs do not wait. */
    static void storeWithin(Tx tx, List<NewRun> runs) throws SQLException {
        if (any(tx.tasks(), runs)) {
            store(tx, runs);
        } else {
            Enqueueing.storeWithin(tx, runs);
        }
    }

    /** In one transaction, a user's or one of our own; what happened is left for others to tell. */
    static List<NewChunk> store(Tx tx, List<NewRun> runs) throws SQLException {
        lock(tx, runs);
        List<NewChunk> all = new ArrayList<>();
        for (NewRun run : runs) {
            List<NewChunk> chunks = Chunks.of(List.of(run), tx.tasks(), tx.now());
            Enqueueing.storeUntold(tx.database(), chunks, tx.now());
            all.addAll(chunks);
            if (chunks.getFirst().state == States.QUEUED) {
                settle(tx, run.id(), line(tx, run));
            }
        }
        tx.tell(Notice.UNTOLD);
        tx.tell(Notice.OLD_WORK);
        tx.tell(Notice.REQUESTS);
        return all;
    }

    /** Waits for those who store runs that count together with these; does nothing where none do. */
    static void lock(Tx tx, List<NewRun> runs) throws SQLException {
        TreeSet<Integer> accounts = new TreeSet<>(); // in one order, so that nobody locks another out
        for (NewRun run : runs) {
            tx.tasks().rules().conflictsOf(line(tx, run)).forEach(conflict -> accounts.add(conflict.account()));
        }
        for (int account : accounts) {
            tx.sql(LOCK).set((long) account).each(row -> {});
        }
    }

    private static long line(Tx tx, NewRun run) {
        Long line = tx.tasks().line(run.task(), run.options());
        if (line == null) {
            throw new IllegalStateException("the line of a run of '" + run.task() + "' has no number");
        }
        return line;
    }

    private static void settle(Tx tx, RunId run, long line) throws SQLException {
        List<Found> replaced = new ArrayList<>();
        for (Conflict conflict : tx.tasks().rules().conflictsOf(line)) {
            boolean settled = replaced.stream().anyMatch(one -> conflict.counts(one.line()));
            if (!settled && count(tx, conflict, run) >= conflict.limit()) {
                if (conflict.policy() == OnConflict.DROP) {
                    end(tx, run, conflict.dropped());
                    return;
                }
                replace(tx, conflict, run).ifPresent(replaced::add);
            }
        }
    }

    private static long count(Tx tx, Conflict conflict, RunId run) throws SQLException {
        long count = 0;
        for (Conflict.Range range : conflict.ranges()) {
            if (count < conflict.limit()) {
                count += in(tx, range, COUNT_IN_LINE, COUNT_IN_LINES, 2)
                        .setObject(Ids.uuid(run))
                        .set(conflict.limit() - count)
                        .number();
            }
        }
        return count;
    }

    /** Answers what ends for the sake of the new run. */
    private static Optional<Found> replace(Tx tx, Conflict conflict, RunId run) throws SQLException {
        for (int tries = 0; tries < MOST_TRIES; tries++) { // one may be claimed before it is locked
            Optional<Found> queued = oldest(tx, conflict, false, run);
            if (queued.isPresent() && end(tx, queued.get().run(), conflict.replaced(run))) {
                cancelChildren(tx, queued.get().run());
                return queued;
            }
        }
        if (conflict.policy() != OnConflict.REPLACE_EXECUTING) {
            return Optional.empty();
        }
        Optional<Found> oldest = oldest(tx, conflict, true, run);
        if (oldest.isPresent()) {
            cancel(tx, oldest.get().run(), conflict.replaced(run));
        }
        return oldest;
    }

    /** As {@link Requests#cancel} does, but that it leaves what happened for others to tell. */
    private static void cancel(Tx tx, RunId run, String reason) throws SQLException {
        if (end(tx, run, reason) || Requests.cancelAlone(tx, run, reason).answer() == CancelAnswer.OK) {
            cancelChildren(tx, run);
        }
    }

    private static void cancelChildren(Tx tx, RunId parent) throws SQLException {
        for (RunId child : Requests.children(tx, parent)) {
            cancel(tx, child, Requests.ofParent(parent));
        }
    }

    private static Optional<Found> oldest(Tx tx, Conflict conflict, boolean claimed, RunId but) throws SQLException {
        List<Found> found = new ArrayList<>();
        for (Conflict.Range range : conflict.ranges()) {
            in(tx, range, OLDEST_IN_LINE, OLDEST_IN_LINES, 1)
                    .setObject(claimed)
                    .setObject(Ids.uuid(but))
                    .first(Found::read)
                    .ifPresent(found::add);
        }
        return found.stream().min(Comparator.comparingLong(Found::position).thenComparing(Found::run));
    }

    /** @param times how often the statement names the lines, before all else */
    private static Sql in(Tx tx, Conflict.Range range, String oneLine, String manyLines, int times)
            throws SQLException {
        boolean one = range.first() == range.last();
        Sql sql = tx.sql(one ? oneLine : manyLines);
        for (int i = 0; i < times; i++) {
            sql.set(range.first());
            if (!one) {
                sql.set(range.last());
            }
        }
        return sql;
    }

    /** Answers whether it was still to be had. */
    private static boolean end(Tx tx, RunId run, String reason) throws SQLException {
        Whereabouts place = Whereabouts.lock(tx, run);
        if (place == null || place.claim() != 0) {
            return false;
        }
        place.remove(tx);
        Outcomes.insert(tx, run, RunState.CANCELED, place.made(), place.redeliveries(), null, null, reason, null);
        tx.sql(TELL)
                .setObject(Ids.uuid(run))
                .set((long) place.task())
                .set(place.name())
                .set((long) place.made())
                .set((long) States.number(place.runState()))
                .set((long) States.number(RunState.CANCELED))
                .set(tx.now())
                .update();
        return true;
    }
}
