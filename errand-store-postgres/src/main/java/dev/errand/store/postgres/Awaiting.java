package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Report;
import dev.errand.store.format.Times;
import dev.errand.store.sql.RunRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What runs wait for besides a time: one row for each run that another awaits, written when that one is spawned, marked by triggers of the
 * database when it ends, which have all nodes look. Who begins to wait locks the rows that he waits for, so that either he sees an end, or whoever looks after that
 * end sees him wait. Rows of runs are locked before these, and these in the order of their keys.
 */
final class Awaiting {
    private static final String ADD = """
            insert into errand.awaited (run, kind, subject)
            select u.run, 0, u.subject
              from unnest(?::uuid[], ?::uuid[]) u(run, subject)
             order by u.run, u.subject
                on conflict do nothing
            """;

    /** Those that are waited for, and those that were until now. */
    static final String LOCK = """
            with wanted as materialized (
                select run, kind, subject, max(armed) as armed
                  from (select a.run, a.kind, a.subject, 0 as armed
                          from unnest(?::uuid[]) r(run)
                         cross join lateral (
                             select run, kind, subject
                               from errand.awaited
                              where run = r.run and armed <> 0
                             offset 0) a
                         union all
                        select u.run, 0, u.subject, u.armed
                          from unnest(?::uuid[], ?::uuid[], ?::int[]) u(run, subject, armed)) k
                 group by run, kind, subject
                 order by run, kind, subject)
            select w.run, w.armed, a.place, a.armed, a.state
              from wanted w
             cross join lateral (
                 select ctid as place, armed, state
                   from errand.awaited
                  where run = w.run and kind = w.kind and subject = w.subject
                  limit 1
                    for update) a
            """;

    private static final String ARM = "update errand.awaited set armed = ? where ctid = any(?::tid[])";

    /**
     * Looks who waits for what has happened, and makes those due that need nothing more. Where the run that waits is locked by others, it
     * is left for another look; one that does not wait will look itself. All is seen as of one moment: of what happens meanwhile nothing
     * is marked. What is looked for one by one is said in a way that leads to no index of the many that are in the same state.
     */
    static final String WAKE = """
            with happened as materialized (
                select run, kind, subject
                  from errand.awaited
                 where state = 1
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
            looked as materialized (
                select a.place
                  from happened h
                 cross join lateral (
                     select ctid as place
                       from errand.awaited
                      where run = h.run and kind = h.kind and subject = h.subject and state + 0 = 1
                      limit 1
                        for update skip locked) a
                 where (h.run in (select first from held)) is true or (h.run in (select run from waiting)) is not true),
            marked as (
                update errand.awaited set state = 2 where ctid = any(array(select place from looked))),
            woken as (
                update errand.chunk k
                   set due = least(k.due, ?)
                  from held h
                 where k.line = h.line and k.position = h.position and k.first = h.first and k.single = h.single
                   and (select case max(armed) when 1 then bool_or(state > 0) else bool_and(state > 0) end
                          from errand.awaited
                         where run = h.first and armed > 0))
            select count(*) from happened
            """;

    static final String ENDS = """
            select subject, ended, output, failure, reason
              from errand.awaited
             where run = ? and kind = 0 and subject = any(?::uuid[]) and state > 0
            """;

    private static final int ANY = 1;
    private static final int ALL = 2;

    /** A row that is locked, how it is to be armed, and how it is. */
    private record Row(RunId run, int wanted, String place, int armed, boolean happened) {
        static Row read(ResultSet row) throws SQLException {
            return new Row(Ids.of(row.getObject(1)), row.getInt(2), row.getString(3), row.getInt(4), row.getInt(5) > 0);
        }
    }

    private Awaiting() {}

    /** Those that the runs of these claims await from now on, whether they do already or not. */
    static void add(Tx tx, List<Report.Spawned> reports) throws SQLException {
        List<RunId> waiting = new ArrayList<>();
        List<RunId> awaited = new ArrayList<>();
        for (Report.Spawned report : reports) {
            if (report.awaited()) {
                report.runs().forEach(run -> {
                    waiting.add(report.claim().run());
                    awaited.add(run.id());
                });
            }
        }
        if (!waiting.isEmpty()) {
            tx.sql(ADD)
                    .setObject(new UuidArray(Columns.ids(waiting, run -> run)))
                    .setObject(new UuidArray(Columns.ids(awaited, run -> run)))
                    .update();
        }
    }

    /** The same, or what it is where nothing is to be waited for: a wait until now. The run's row is locked, and under the claim. */
    static Report.Waiting begin(Tx tx, Report.Waiting report) throws SQLException {
        return begin(tx, List.of(report)).getFirst();
    }

    static List<Report.Waiting> begin(Tx tx, List<Report.Waiting> reports) throws SQLException {
        if (reports.isEmpty()) {
            return reports;
        }
        Set<RunId> done = done(reports, arm(tx, reports));
        List<Report.Waiting> begun = new ArrayList<>(reports.size());
        for (Report.Waiting report : reports) {
            boolean over = done.contains(report.claim().run());
            begun.add(over ? until(report, Times.instant(tx.now())) : report);
        }
        return begun;
    }

    private static Report.Waiting until(Report.Waiting report, Instant due) {
        return new Report.Waiting(
                report.claim(), report.startedAt(), report.at(), report.steps(), due, report.awaits());
    }

    /** Locks what these runs have waited for and will wait for, and writes down what they wait for now. */
    private static List<Row> arm(Tx tx, List<Report.Waiting> reports) throws SQLException {
        List<RunId> runs = new ArrayList<>();
        List<RunId> subjects = new ArrayList<>();
        List<Integer> armed = new ArrayList<>();
        for (Report.Waiting report : reports) {
            Report.Awaits awaits = report.awaits();
            if (awaits != null) {
                for (RunId subject : awaits.runs()) {
                    runs.add(report.claim().run());
                    subjects.add(subject);
                    armed.add(awaits.any() ? ANY : ALL);
                }
            }
        }
        List<Row> rows = tx.sql(LOCK)
                .setObject(new UuidArray(
                        Columns.ids(reports, report -> report.claim().run())))
                .setObject(new UuidArray(Columns.ids(runs, run -> run)))
                .setObject(new UuidArray(Columns.ids(subjects, subject -> subject)))
                .setObject(tx.array("int4", Columns.ints(armed, one -> one)))
                .list(Row::read);
        for (int wanted = 0; wanted <= ALL; wanted++) {
            int how = wanted;
            List<Row> others = rows.stream()
                    .filter(row -> row.wanted() == how && row.armed() != how)
                    .toList();
            if (!others.isEmpty()) {
                tx.sql(ARM)
                        .set((long) how)
                        .setObject(tx.array("tid", Columns.texts(others, Row::place)))
                        .update();
            }
        }
        return rows;
    }

    /** The runs that need wait for nothing any more: of what they named all that is needed has happened, or nothing is there. */
    private static Set<RunId> done(List<Report.Waiting> reports, List<Row> rows) {
        Map<RunId, List<Row>> named = new HashMap<>();
        for (Row row : rows) {
            if (row.wanted() != 0) {
                named.computeIfAbsent(row.run(), run -> new ArrayList<>()).add(row);
            }
        }
        Set<RunId> done = new HashSet<>();
        for (Report.Waiting report : reports) {
            Report.Awaits awaits = report.awaits();
            RunId run = report.claim().run();
            if (awaits != null && isOver(named.getOrDefault(run, List.of()), awaits.any())) {
                done.add(run);
            }
        }
        return done;
    }

    private static boolean isOver(List<Row> named, boolean any) {
        return named.isEmpty()
                || (any
                        ? named.stream().anyMatch(Row::happened)
                        : named.stream().allMatch(Row::happened));
    }

    /** When it is due, in microseconds. */
    static long due(Report.Waiting report) {
        Long due = Times.microsOrNull(report.dueAt());
        return due == null ? Times.NEVER : due;
    }

    /** Makes due who waits for nothing more. Answers how much had happened that nobody had looked at; at most so much is. */
    static int wake(Tx tx, int most) throws SQLException {
        return (int) tx.sql(WAKE).set((long) most).set(tx.now()).number();
    }

    static List<AwaitedEnd> ends(Database database, RunId run, List<RunId> awaited) throws SQLException {
        return database.sql(ENDS)
                .setObject(Ids.uuid(run))
                .setObject(new UuidArray(Columns.ids(awaited, one -> one)))
                .list(row -> RunRow.awaitedEnd(row, 1, Ids.FORMS));
    }
}
