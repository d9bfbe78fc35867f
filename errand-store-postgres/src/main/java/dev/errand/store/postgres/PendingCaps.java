package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.limits.PendingRoom;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits on how many runs are pending. Who stores runs of a queue that has one has its lock until the commit, so that all that others have
 * stored is counted, and no more is stored than was counted. Transactions of users', which may stay open for long, take no lock: they count
 * what is committed by then, and what they have written themselves.
 */
final class PendingCaps {
    /**
     * Longer than one who stands still can have it, see {@link Connections#LONGEST_IDLE_MILLIS}. Who has it waits for nobody else for long, lest
     * all others who trigger there wait for that, too.
     */
    private static final String LOCK = """
            select set_config('lock_timeout', '8s', true),
                   pg_advisory_xact_lock(hashtext('errand.pending'), ?::int)::text,
                   set_config('lock_timeout', '3s', true)
            """;

    /**
     * Of dirty chunks, which may hold fewer runs, each is looked at. No more than are needed to see that there are too many. They are asked for
     * in the order of the index: beside what those looks are expected to cost, the planner would not mind to read through all chunks there are.
     */
    private static final String SOME = """
            (select p.runs
               from (select case when c.dirty and not c.single
                                 then (select count(*)
                                         from errand.run r
                                        where r.id between c.first and c.last and r.batch = c.batch
                                          and (select true from errand.outcome where run = r.id limit 1) is null
                                          and (select true from errand.chunk where single and first = r.id limit 1) is null)
                                 else c.runs
                            end as runs
                       from errand.chunk c
                      where <which> and c.claim = 0
                      order by <order>
                     offset 0) p
              where p.runs > 0
              limit ?::bigint)
            """;

    /**
     * With places that others may have added since this node looked. Those that are due stand before the others in their line; those that
     * are delayed have an index of their own, said as nobody else says it: retries and waits, which are not pending, are at the same place.
     */
    private static final String COUNT = """
            select coalesce(sum(c.runs), 0)
              from (select number from errand.task_queue where <place> = ? union select ?::int) place
             cross join lateral (
            """
            + String.join(
                    " union all ",
                    some("c.line", "= place.number and c.position < 9223372036854775807"),
                    some("c.line + 0", "= place.number and c.state + 0 = 0 and c.position + 0 = 9223372036854775807"),
                    some("c.line", "between <first> and <last> and c.position < 9223372036854775807"),
                    some(
                            "c.line + 0",
                            "between <first> and <last> and c.state + 0 = 0 and c.position + 0 = 9223372036854775807"))
            + ") c";

    private static final int ARMS = 4;
    static final String COUNT_OF_QUEUE = COUNT.replace("<place>", "queue");
    private static final String COUNT_OF_TASK = COUNT.replace("<place>", "task");
    /** No line has it. */
    private static final long NOWHERE = -1;

    private final Database database;
    private final TaskNumbers tasks;
    private final Rules rules;
    private final PendingRoom room;

    private static String some(String line, String which) {
        return SOME.replace("<which>", line + " " + which)
                .replace("<order>", line.equals("c.line") ? "c.line, c.position" : line)
                .replace("<first>", "place.number::bigint << 40")
                .replace("<last>", "(place.number::bigint << 40) + 1099511627775");
    }

    /** For one transaction. */
    PendingCaps(Database database, TaskNumbers tasks) {
        this.database = database;
        this.tasks = tasks;
        this.rules = tasks.rules();
        this.room = new PendingRoom(rules, this::count);
    }

    /** Whether there may be too many of one of them: also where the first run of a line is to come, which has no number yet. */
    static boolean any(TaskNumbers tasks, List<NewRun> runs) {
        Rules rules = tasks.rules();
        return rules.anyCaps()
                && runs.stream().anyMatch(run -> {
                    Long line = tasks.line(run.task(), run.options());
                    return line == null || !rules.capped(List.of(line)).isEmpty();
                });
    }

    /** For runs that are stored in a transaction of this process's. What may have to wait for long for others' locks is to do so before. */
    static void require(Tx tx, List<NewRun> runs) throws SQLException {
        if (any(tx.tasks(), runs)) {
            Conflicts.lock(tx, runs);
            PendingCaps caps = new PendingCaps(tx.database(), tx.tasks());
            caps.lock(runs);
            caps.take(runs);
        }
    }

    /**
     * The same for those of them that are not stored yet. A transaction whose answer was lost may store them still: only who has the lock
     * knows.
     *
     * @return those
     */
    static List<NewRun> requireUnknown(Tx tx, List<NewRun> runs) throws SQLException {
        if (runs.isEmpty() || !any(tx.tasks(), runs)) {
            return runs.isEmpty() ? runs : Enqueueing.unknown(tx.database(), runs);
        }
        Conflicts.lock(tx, runs);
        PendingCaps caps = new PendingCaps(tx.database(), tx.tasks());
        caps.lock(runs);
        List<NewRun> unknown = Enqueueing.unknown(tx.database(), runs);
        caps.take(unknown);
        return unknown;
    }

    /**
     * Until the transaction ends nobody else locks what is limited there. In one order, so that nobody locks another out.
     *
     * @throws StoreException if others have it for too long
     */
    void lock(List<NewRun> runs) throws SQLException {
        for (int scope : rules.capped(lines(runs)).keySet()) {
            try {
                database.sql(LOCK).set((long) scope).each(row -> {});
            } catch (SQLException e) {
                if (PostgresErrors.isLockTimeout(e)) {
                    throw taken(scope, e);
                }
                throw e;
            }
        }
    }

    private StoreException taken(int number, SQLException cause) {
        Scope scope = rules.find(number);
        return new StoreException(
                "Others have been storing runs of the queue '%s' for too long; nothing was stored, trigger again later"
                        .formatted(scope == null ? number : scope.name()),
                cause);
    }

    /**
     * Takes the room for them. Their tasks have numbers.
     *
     * @throws dev.errand.QueueFullException if there is none for all of them; then none is taken
     */
    void take(List<NewRun> runs) throws SQLException {
        room.take(lines(runs));
    }

    private List<Long> lines(List<NewRun> runs) {
        List<Long> lines = new ArrayList<>(runs.size());
        for (NewRun run : runs) {
            Long line = tasks.line(run.task(), run.options());
            if (line == null) {
                throw new IllegalStateException("the line of a run of '" + run.task() + "' has no number");
            }
            lines.add(line);
        }
        return lines;
    }

    private long count(Scope scope) throws SQLException {
        Integer most = scope.limits().maxPending();
        if (!scope.isOfTask()) {
            return count(COUNT_OF_QUEUE, scope.number(), NOWHERE, most);
        }
        Integer task = tasks.find(scope.name().substring(Scope.ofTask("").length()));
        long number = task == null ? NOWHERE : task;
        return count(COUNT_OF_TASK, number, number, most);
    }

    private long count(String statement, long of, long place, @Nullable Integer most) throws SQLException {
        Sql count = database.sql(statement).set(of).set(place);
        for (int i = 0; i < ARMS; i++) {
            count.set(most == null ? Integer.MAX_VALUE : most + 1L);
        }
        return count.number();
    }
}
