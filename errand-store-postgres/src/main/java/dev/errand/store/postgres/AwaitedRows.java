package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Report;
import dev.errand.store.format.Times;
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
 * What those await who begin to wait in a transaction, and who awaits those that end in it. The rows of both are locked at once, in the
 * order of their keys, after the rows of runs: two nodes, of which each ends what the other's runs begin to wait for, would else lock each
 * other out.
 */
final class AwaitedRows {
    /** Those that are waited for, those that were until now and nobody has looked at, and those that ends will mark. */
    static final String LOCK = """
            with wanted as materialized (
                select run, kind, subject, max(armed) as armed
                  from (select a.run, a.kind, a.subject, 0 as armed
                          from unnest(?::uuid[]) r(run)
                         cross join lateral (
                             select run, kind, subject
                               from errand.awaited
                              where run = r.run and armed <> 0 and state <> 2
                             offset 0) a
                         union all
                        select u.run, 0, u.subject, u.armed
                          from unnest(?::uuid[], ?::uuid[], ?::int[]) u(run, subject, armed)
                         union all
                        select a.run, a.kind, a.subject, -1
                          from unnest(?::uuid[]) e(subject)
                         cross join lateral (
                             select run, kind, subject
                               from errand.awaited
                              where subject = e.subject and kind = 0 and state = 0
                             offset 0) a) k
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

    private static final int ANY = 1;
    private static final int ALL = 2;

    /** A row that is locked, how it is to be armed, which is -1 if that is nobody's business here, and how it is. */
    private record Row(RunId run, int wanted, String place, int armed, int state) {
        static Row read(ResultSet row) throws SQLException {
            return new Row(Ids.of(row.getObject(1)), row.getInt(2), row.getString(3), row.getInt(4), row.getInt(5));
        }

        boolean happened() {
            return state > 0;
        }

        /** What nobody looks at any more is left as it is. */
        boolean isToBeArmed(int how) {
            return wanted == how && armed != how && state < 2;
        }
    }

    private final Tx tx;
    private final Map<RunId, List<Row>> rows = new HashMap<>();

    /** Nothing is locked yet. */
    AwaitedRows(Tx tx) {
        this.tx = tx;
    }

    /** To be called once. */
    void lock(List<Report.Waiting> waits, List<RunId> ending) throws SQLException {
        List<RunId> runs = new ArrayList<>();
        List<RunId> subjects = new ArrayList<>();
        List<Integer> armed = new ArrayList<>();
        for (Report.Waiting wait : waits) {
            Report.Awaits awaits = wait.awaits();
            if (awaits != null) {
                for (RunId subject : awaits.runs()) {
                    runs.add(wait.claim().run());
                    subjects.add(subject);
                    armed.add(awaits.any() ? ANY : ALL);
                }
            }
        }
        tx.sql(LOCK)
                .setObject(new UuidArray(Columns.ids(waits, wait -> wait.claim().run())))
                .setObject(new UuidArray(Columns.ids(runs, run -> run)))
                .setObject(new UuidArray(Columns.ids(subjects, subject -> subject)))
                .setObject(tx.array("int4", Columns.ints(armed, one -> one)))
                .setObject(new UuidArray(Columns.ids(ending, run -> run)))
                .list(Row::read)
                .forEach(row -> rows.computeIfAbsent(row.run(), run -> new ArrayList<>())
                        .add(row));
    }

    /**
     * Writes down what these wait for from now on. Answers the same, or what it is where nothing is to be waited for: a wait until now. The
     * rows of their runs are locked, and under their claims.
     */
    List<Report.Waiting> begin(List<Report.Waiting> waits) throws SQLException {
        Set<RunId> runs = new HashSet<>();
        waits.forEach(wait -> runs.add(wait.claim().run()));
        arm(runs.stream()
                .flatMap(run -> rows.getOrDefault(run, List.of()).stream())
                .toList());
        List<Report.Waiting> begun = new ArrayList<>(waits.size());
        for (Report.Waiting wait : waits) {
            begun.add(isOver(wait) ? until(wait, Times.instant(tx.now())) : wait);
        }
        return begun;
    }

    private static Report.Waiting until(Report.Waiting wait, Instant due) {
        return new Report.Waiting(wait.claim(), wait.startedAt(), wait.at(), wait.steps(), due, wait.awaits());
    }

    private void arm(List<Row> these) throws SQLException {
        for (int wanted = 0; wanted <= ALL; wanted++) {
            int how = wanted;
            List<Row> others =
                    these.stream().filter(row -> row.isToBeArmed(how)).toList();
            if (!others.isEmpty()) {
                tx.sql(ARM)
                        .set((long) how)
                        .setObject(tx.array("tid", Columns.texts(others, Row::place)))
                        .update();
            }
        }
    }

    /** Whether of what it names all that is needed has happened, or nothing is there. */
    private boolean isOver(Report.Waiting wait) {
        Report.Awaits awaits = wait.awaits();
        if (awaits == null) {
            return false;
        }
        List<Row> named = rows.getOrDefault(wait.claim().run(), List.of()).stream()
                .filter(row -> row.wanted() > 0)
                .toList();
        return named.isEmpty()
                || (awaits.any()
                        ? named.stream().anyMatch(Row::happened)
                        : named.stream().allMatch(Row::happened));
    }
}
