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
import java.util.UUID;

/**
 * What those await who begin to wait in a transaction, and who awaits those that end in it. The rows of both are locked at once, in the
 * order of their keys, after the rows of runs and those of tokens: two nodes, of which each ends what the other's runs begin to wait for,
 * would else lock each other out.
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
                        select u.run, u.kind, u.subject, u.armed
                          from unnest(?::uuid[], ?::int[], ?::uuid[], ?::int[]) u(run, kind, subject, armed)
                         union all
                        select a.run, a.kind, a.subject, -1
                          from unnest(?::uuid[]) e(subject)
                         cross join lateral (
                             select run, kind, subject
                               from errand.awaited
                              where subject = e.subject and kind in (0, 3) and state = 0
                             offset 0) a) k
                 group by run, kind, subject
                 order by run, kind, subject)
            select w.run, w.armed, a.place, a.armed, a.state, w.kind
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
    private static final int RUN = 0;
    private static final int TOKEN = 1;
    private static final int VALUE = 2;
    private static final int WATCHED = 3;

    /** Of what somebody begins to wait for. */
    private record Wanted(RunId run, int kind, UUID subject, int armed) {}

    /** A row that is locked, how it is to be armed, which is -1 if that is nobody's business here, and how it is. */
    private record Row(RunId run, int wanted, String place, int armed, int state, int kind) {
        static Row read(ResultSet row) throws SQLException {
            return new Row(
                    Ids.of(row.getObject(1)),
                    row.getInt(2),
                    row.getString(3),
                    row.getInt(4),
                    row.getInt(5),
                    row.getInt(6));
        }

        boolean happened() {
            return state > 0;
        }

        /** What nobody looks at any more is left as it is. */
        boolean isToBeArmed(int how) {
            return wanted == how && armed != how && state < 2;
        }

        /** Such rows are written by {@link AwaitedTokens} and {@link AwaitedValues}. */
        boolean isWrittenAnew() {
            return (kind == TOKEN || kind == VALUE) && wanted > 0;
        }
    }

    private final Tx tx;
    private final AwaitedTokens tokens;
    private final Map<RunId, List<Row>> rows = new HashMap<>();

    /** Nothing is locked yet. */
    AwaitedRows(Tx tx) {
        this.tx = tx;
        this.tokens = new AwaitedTokens(tx);
    }

    /** To be called once. */
    void lock(List<Report.Waiting> waits, List<RunId> ending) throws SQLException {
        tokens.lock(waits);
        List<Wanted> wanted = new ArrayList<>();
        waits.forEach(wait -> add(wait, wanted));
        tx
                .sql(LOCK)
                .setObject(new UuidArray(Columns.ids(waits, wait -> wait.claim().run())))
                .setObject(new UuidArray(Columns.ids(wanted, Wanted::run)))
                .setObject(tx.array("int4", Columns.ints(wanted, Wanted::kind)))
                .setObject(new UuidArray(wanted.stream().map(Wanted::subject).toArray(UUID[]::new)))
                .setObject(tx.array("int4", Columns.ints(wanted, Wanted::armed)))
                .setObject(new UuidArray(Columns.ids(ending, run -> run)))
                .list(Row::read)
                .stream()
                .filter(row -> !row.isWrittenAnew())
                .forEach(row -> rows.computeIfAbsent(row.run(), run -> new ArrayList<>())
                        .add(row));
    }

    private static void add(Report.Waiting wait, List<Wanted> wanted) {
        RunId run = wait.claim().run();
        Report.Awaits awaits = wait.awaits();
        if (awaits != null) {
            awaits.runs().forEach(child -> wanted.add(new Wanted(run, RUN, Ids.uuid(child), armed(wait))));
            awaits.tokens().forEach(token -> wanted.add(new Wanted(run, TOKEN, Ids.uuid(token), armed(wait))));
            AwaitedValues.of(wait)
                    .keySet()
                    .forEach(subject -> wanted.add(new Wanted(run, VALUE, subject, armed(wait))));
            awaits.watched().forEach(one -> wanted.add(new Wanted(run, WATCHED, Ids.uuid(one), armed(wait))));
        }
    }

    /** How the rows are armed of what it waits for. */
    static int armed(Report.Waiting wait) {
        Report.Awaits awaits = wait.awaits();
        return awaits == null ? 0 : awaits.any() ? ANY : ALL;
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
        tokens.begin(waits);
        AwaitedValues.begin(tx, waits);
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

    /** Whether of what it names all that is needed has happened, or nothing is there. Of values that is to be seen. */
    private boolean isOver(Report.Waiting wait) {
        Report.Awaits awaits = wait.awaits();
        if (awaits == null) {
            return false;
        }
        List<Boolean> happened = new ArrayList<>();
        for (Row row : rows.getOrDefault(wait.claim().run(), List.of())) {
            if (row.wanted() > 0) {
                happened.add(row.happened());
            }
        }
        AwaitedTokens.of(wait).forEach(token -> happened.add(tokens.hasHappened(token)));
        awaits.values().forEach(value -> happened.add(false));
        return happened.isEmpty() || (awaits.any() ? happened.contains(true) : !happened.contains(false));
    }
}
