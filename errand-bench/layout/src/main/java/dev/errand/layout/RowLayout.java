package dev.errand.layout;

import dev.errand.store.format.ClaimIds;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** A small row for each run that has not ended, marked by the claim and deleted by the end; runs and outcomes are appended. */
final class RowLayout implements Layout {
    static final String RUN_COLUMNS =
            "id, position, created, due, expires, task, priority, name, tags, payload, options";
    static final String COPY_RUNS = "copy errand.run (" + RUN_COLUMNS + ") from stdin (format binary)";
    private static final String COPY_READY =
            "copy errand.ready (task, position, run, state, priority, due) from stdin (format binary)";

    private static final String FEW_RUNS =
            "with r as (insert into errand.run (" + RUN_COLUMNS + """
            )
                 select * from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::int[],
                                      ?::text[], ?::text[], ?::text[], ?::text[])),
                 e as (%s)
            insert into errand.ready (task, position, run, state, priority, due)
            select * from unnest(?::int[], ?::bigint[], ?::uuid[], ?::int[], ?::int[], ?::bigint[])
            """.formatted(Events.INSERT_ONE);

    private static final String CLAIM = """
            with c as materialized (
                select k.place
                  from unnest(?::int[]) line(task)
                 cross join lateral (
                     select ctid as place, position, run
                       from errand.ready
                      where task = line.task and position >= ? and position < 9223372036854775807
                        and claim = 0 and (expires is null or expires > ?)
                      order by task, position, run
                      limit ?
                        for update skip locked) k
                 order by k.position, k.run
                 limit ?),
            d as (
                update errand.ready
                   set claim = ?
                 where ctid = any(array(select place from c)) and claim = 0
                   and exists (select 1 from errand.node where number = ? and gone is null)
                returning task, position, run, attempt, redeliveries, suspect, claim, due, expires)
            select d.task, d.position, d.run, d.attempt, d.redeliveries, d.suspect, d.claim, d.due, d.expires,
                   r.created, r.name, r.tags, r.payload, r.options
              from d
             cross join lateral (select * from errand.run where id = d.run limit 1) r
            """;

    private static final String END = """
            with gone as (
                delete from errand.ready k
                 using unnest(?::int[], ?::bigint[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[])
                       u(task, position, run, claim, started, ended, attempt, output)
                 where k.task = u.task and k.position = u.position and k.run = u.run
                   and k.claim = u.claim and k.cancel is null
                returning u.*)
            insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output)
            select run, claim, started, ended, 5, attempt, 0, false, output
              from gone
            """;

    private static final int QUEUED = 1;

    private final Db db;
    private final long node;
    private final Head head = new Head();
    private long claims;

    RowLayout(Db db, long node) {
        this.db = db;
        this.node = node;
    }

    static List<RunRow> rows(List<NewRun> runs) {
        return runs.stream().map(run -> new RunRow(run, 0, run.position())).toList();
    }

    @Override
    public void enqueue(List<NewRun> runs, Events events) throws SQLException {
        if (runs.size() > FEW) {
            RunRow.copy(db, COPY_RUNS, rows(runs), false);
            copyReady(runs);
            events.write(db);
            return;
        }
        Sql insert = db.sql(FEW_RUNS);
        RunRow.fill(db, insert, rows(runs), false);
        events.fill(insert);
        db.columns(insert, runs)
                .ints(NewRun::task)
                .longs(NewRun::position)
                .ids(NewRun::id)
                .ints(_ -> QUEUED)
                .ints(NewRun::priority)
                .longs(NewRun::created);
        insert.update();
    }

    private void copyReady(List<NewRun> runs) throws SQLException {
        CopyRows copy = new CopyRows();
        for (NewRun run : runs) {
            copy.row(6)
                    .int4(run.task())
                    .int8(run.position())
                    .uuid(run.id())
                    .int2(QUEUED)
                    .int4(run.priority())
                    .int8(run.created());
        }
        db.copy(COPY_READY, copy);
    }

    @Override
    public List<HeldRun> claim(int wanted) throws SQLException {
        Sql claim = db.sql(CLAIM);
        db.columns(claim, NewRun.TASKS_HERE).ints(task -> task);
        claim.set(head.from()).set(Micros.now()).set((long) wanted).set((long) wanted);
        return head.remember(claim.set(ClaimIds.id(node, ++claims)).set(node).list(RowLayout::held));
    }

    private static HeldRun held(ResultSet row) throws SQLException {
        Hold hold = new Hold(row.getInt(1), null, row.getLong(2), Ids.of(row.getObject(3)), row.getLong(7));
        return HeldRun.alone(hold, row.getBytes(13));
    }

    @Override
    public void end(List<HeldRun> runs, long at) throws SQLException {
        Sql end = db.sql(END);
        Columns<HeldRun> columns =
                db.columns(end, runs).ints(run -> run.hold().task).longs(run -> run.hold().position);
        Outcomes.fill(columns, run -> run, at);
        Outcomes.check(end.update(), runs.size());
    }
}
