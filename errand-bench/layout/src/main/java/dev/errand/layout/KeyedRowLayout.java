package dev.errand.layout;

import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/** Ready rows of runs under a limit for each key, in a table of their own, in the order of keys. */
final class KeyedRowLayout implements Layout {
    private static final String COPY_READY =
            "copy errand.keyed_ready (task, key, position, run, state, priority, due) from stdin (format binary)";

    private static final String END = """
            with gone as (
                delete from errand.keyed_ready k
                 using unnest(?::int[], ?::text[], ?::bigint[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[])
                       u(task, key, position, run, claim, started, ended, attempt, output)
                 where k.task = u.task and k.key = u.key and k.position = u.position and k.run = u.run
                   and k.claim = u.claim and k.cancel is null
                returning u.*),
            %s
            insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output)
            select run, claim, started, ended, 5, attempt, 0, false, output
              from gone
            """.formatted(KeyedClaim.FREED);

    private static final String RUN = "cross join lateral (select * from errand.run where id = k.run limit 1) r";
    private static final int QUEUED = 1;

    private final Db db;
    private final KeyedClaim claim;

    KeyedRowLayout(Db db, long node) {
        this.db = db;
        this.claim = new KeyedClaim(db, node, "keyed_ready", "run", "", RUN, "r.payload, r.name, r.tags, r.options");
    }

    @Override
    public void enqueue(List<NewRun> runs, Events events) throws SQLException {
        RunRow.copy(db, RowLayout.COPY_RUNS, RowLayout.rows(runs), false);
        CopyRows copy = new CopyRows();
        for (NewRun run : runs) {
            copy.row(7)
                    .int4(run.task())
                    .text(run.requireKey())
                    .int8(run.position())
                    .uuid(run.id())
                    .int2(QUEUED)
                    .int4(run.priority())
                    .int8(run.created());
        }
        db.copy(COPY_READY, copy);
        events.write(db);
    }

    @Override
    public List<HeldRun> claim(int wanted) throws SQLException {
        return claim.claim(wanted, (hold, row) -> HeldRun.alone(hold, row.getBytes(5)));
    }

    @Override
    public void end(List<HeldRun> runs, long at) throws SQLException {
        Sql end = db.sql(END);
        Columns<HeldRun> columns = db.columns(end, runs)
                .ints(run -> run.hold().task)
                .texts(run -> run.hold().requireKey())
                .longs(run -> run.hold().position);
        Outcomes.fill(columns, run -> run, at);
        Outcomes.check(end.update(), runs.size());
    }
}
