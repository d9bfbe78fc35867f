package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Report;
import dev.errand.store.format.Times;
import dev.errand.store.sql.RunRow;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What runs wait for besides a time: one row for each run that another awaits, written before that one is stored, marked by triggers of the
 * database when it ends, which have all nodes look; one for each token, written when somebody begins to wait for it, marked by who ends
 * it ({@link Tokens}); and one for each value, written likewise, of which the look says what has happened ({@link ValueChanges}). Who begins to
 * wait locks the rows that he waits for ({@link AwaitedRows}), and the tokens ({@link AwaitedTokens}), so that either he sees an end, or whoever
 * looks after that end sees him wait. Rows of runs are locked before these, and these in the order of their keys.
 */
final class Awaiting {
    /** Of one that was stored before, its end may be known. */
    private static final String ADD = """
            insert into errand.awaited (run, kind, subject, state, ended, output, failure, reason)
            select u.run, 0, u.subject, case when o.state is null then 0 else 2 end, o.state, o.output, o.failure, o.reason
              from unnest(?::uuid[], ?::uuid[]) u(run, subject)
              left join lateral (
                  select state, output, failure, reason
                    from errand.outcome
                   where run = u.subject
                   limit 1) o on true
             order by u.run, u.subject
                on conflict do nothing
            returning run, subject
            """;

    /**
     * Looks who waits for what has happened, and makes those due that need nothing more. Where the run that waits is locked by others, it
     * is left for another look; one that does not wait will look itself. All is seen as of one moment: of what happens meanwhile nothing
     * is marked. Whether a value has changed is said only here: if it has not, the wait is open again. What is looked for one by one is said in
     * a way that leads to no index of the many that are in the same state.
     */
    static final String WAKE = """
            with happened as materialized (
                select run, kind, subject
                  from errand.awaited
                 where state = 1 and (run, subject) > (?, ?)
                 order by run, subject
                 limit ?),
            waiting as materialized (
                select h.run
                  from (select distinct run from happened) h
                 where (select true from errand.chunk where single and first = h.run and state + 0 = 4 limit 1)),
            held as materialized (
                select k.*
                  from waiting w
                 cross join lateral (
                     select line, position, first, single
                       from errand.chunk
                      where single and first = w.run and state + 0 = 4
                      limit 1
                        for update skip locked) k),
            versions as materialized (                -- each value once, however many wait for it
                select u.subject, v.version
                  from (select distinct subject from happened where kind = 2) u
                 cross join lateral (select version from errand.value where subject = u.subject limit 1) v),
            looked as materialized (
                select a.run, a.armed, a.place,
                       case when a.kind = 2 then a.version is distinct from coalesce(v.version, 0) else true end as holds
                  from happened h
                 cross join lateral (
                     select ctid as place, run, kind, subject, armed, version
                       from errand.awaited
                      where run = h.run and kind = h.kind and subject = h.subject and state + 0 = 1
                      limit 1
                        for update skip locked) a
                  left join versions v on a.kind = 2 and v.subject = a.subject
                 where (h.run in (select first from held)) is true or (h.run in (select run from waiting)) is not true),
            marked as (
                update errand.awaited set state = 2 where ctid = any(array(select place from looked where holds))),
            opened as (
                update errand.awaited set state = 0 where ctid = any(array(select place from looked where not holds))),
            woken as (
                update errand.chunk k
                   set due = least(k.due, ?)
                  from held h
                 where k.line = h.line and k.position = h.position and k.first = h.first and k.single = h.single
                   and case (select case when bool_or(holds and armed = 1) then 1
                                         when bool_or(holds and armed = 2) and not bool_or(not holds and armed = 2) then 2
                                    end
                               from looked
                              where run = h.first)
                            when 1 then true
                            when 2 then (select true
                                           from errand.awaited
                                          where run = h.first and state = 0 and armed = 2 and armed <> 0 and state <> 2
                                          limit 1) is null
                       end)
            select (select count(*) from happened), (select count(*) from looked), last.run, last.subject,
                   <none>
              from (values (true)) one
              left join (select run, subject from happened order by run desc, subject desc limit 1) last on true
            """.replace("<none>", Changes.NONE_SINCE);

    static final String ENDS = """
            select subject, ended, output, failure, reason
              from errand.awaited
             where run = ? and kind = 0 and subject = any(?::uuid[]) and state > 0
            """;

    /** A run, and one that it awaits. */
    record Child(RunId run, RunId subject) {
        static Child read(ResultSet row, int column) throws SQLException {
            return new Child(Ids.of(row.getObject(column)), Ids.of(row.getObject(column + 1)));
        }
    }

    /**
     * What was found that nobody had looked at.
     *
     * @param happened how much, at most as much as was asked for
     * @param left how much of it is to be looked at once more, since others hold a row
     * @param last the last of it; if there was none, that after which was looked
     * @param none when there were no changes of values, see {@link Changes}; null if there are, of which it is to be marked who waits for them
     */
    record Woken(
            int happened, int left, Child last, @Nullable String none) {}

    private Awaiting() {}

    /** They are awaited from now on; answers those that were not already. */
    static Set<Child> add(Tx tx, List<Child> children) throws SQLException {
        return new HashSet<>(tx.sql(ADD)
                .setObject(new UuidArray(Columns.ids(children, Child::run)))
                .setObject(new UuidArray(Columns.ids(children, Child::subject)))
                .list(row -> Child.read(row, 1)));
    }

    /** When it is due, in microseconds. */
    static long due(Report.Waiting report) {
        Long due = Times.microsOrNull(report.dueAt());
        return due == null ? Times.NEVER : due;
    }

    /**
     * Makes due who waits for nothing more, of so many at most that come after one.
     *
     * @param since a moment of {@link Changes}
     */
    static Woken wake(Tx tx, Child after, int most, String since) throws SQLException {
        Sql wake = tx.sql(WAKE)
                .setObject(Ids.uuid(after.run()))
                .setObject(Ids.uuid(after.subject()))
                .set((long) most)
                .set(tx.now());
        return Changes.since(wake, since)
                .first(row -> new Woken(
                        row.getInt(1),
                        row.getInt(1) - row.getInt(2),
                        row.getObject(3) == null ? after : Child.read(row, 3),
                        row.getString(5)))
                .orElseThrow();
    }

    static List<AwaitedEnd> ends(Database database, RunId run, List<RunId> awaited) throws SQLException {
        return database.sql(ENDS)
                .setObject(Ids.uuid(run))
                .setObject(new UuidArray(Columns.ids(awaited, one -> one)))
                .list(row -> RunRow.awaitedEnd(row, 1, Ids.FORMS));
    }
}
