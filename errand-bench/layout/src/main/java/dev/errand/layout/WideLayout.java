package dev.errand.layout;

import dev.errand.store.format.ClaimIds;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** One row for each run, which carries all there is to say of it and is updated by the claim and by the end, as other engines have it. */
final class WideLayout implements Layout {
    static final int QUEUED = 1;

    private static final String COLUMNS = "id, task, position, created, due, priority, state, payload";
    private static final String COPY = "copy errand.run (" + COLUMNS + ") from stdin (format binary)";

    private static final String FEW_RUNS =
            "with e as (" + Events.INSERT_ONE + ")\ninsert into errand.run (" + COLUMNS + """
            )
            select * from unnest(?::uuid[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::int[], ?::text[])
            """;

    private static final String CLAIM = """
            with c as materialized (
                select k.place
                  from unnest(?::int[]) line(task)
                 cross join lateral (
                     select ctid as place, position, id
                       from errand.run
                      where task = line.task and position >= ? and state = 1 and key is null
                        and claim = 0 and (expires is null or expires > ?)
                      order by task, position, id
                      limit ?
                        for update skip locked) k
                 order by k.position, k.id
                 limit ?)
            update errand.run
               set claim = ?
             where ctid = any(array(select place from c)) and claim = 0
               and exists (select 1 from errand.node where number = ? and gone is null)
            returning task, position, id, attempt, redeliveries, suspect, claim, due, expires, created, name, tags, payload, options
            """;

    private static final String END = """
            update errand.run k
               set state = 5, started = u.started, ended = u.ended, attempt = u.attempt, output = u.output
              from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[])
                   u(run, claim, started, ended, attempt, output)
             where k.id = u.run and k.claim = u.claim and k.cancel is null
               and k.state + 0 = 1 -- not by the index on states: too many have this one
            """;

    private final Db db;
    private final long node;
    private final Head head = new Head();
    private long claims;

    WideLayout(Db db, long node) {
        this.db = db;
        this.node = node;
    }

    @Override
    public void enqueue(List<NewRun> runs, Events events) throws SQLException {
        if (runs.size() > FEW) {
            copy(runs);
            events.write(db);
            return;
        }
        Sql insert = db.sql(FEW_RUNS);
        events.fill(insert);
        db.columns(insert, runs)
                .ids(NewRun::id)
                .ints(NewRun::task)
                .longs(NewRun::position)
                .longs(NewRun::created)
                .longs(NewRun::created)
                .ints(NewRun::priority)
                .ints(_ -> QUEUED)
                .texts(run -> new String(run.payload(), StandardCharsets.UTF_8));
        insert.update();
    }

    private void copy(List<NewRun> runs) throws SQLException {
        CopyRows copy = new CopyRows();
        for (NewRun run : runs) {
            copy.row(8)
                    .uuid(run.id())
                    .int4(run.task())
                    .int8(run.position())
                    .int8(run.created())
                    .int8(run.created())
                    .int4(run.priority())
                    .int2(QUEUED)
                    .text(run.payload());
        }
        db.copy(COPY, copy);
    }

    @Override
    public List<HeldRun> claim(int wanted) throws SQLException {
        Sql claim = db.sql(CLAIM);
        db.columns(claim, NewRun.TASKS_HERE).ints(task -> task);
        claim.set(head.from()).set(Micros.now()).set((long) wanted).set((long) wanted);
        return head.remember(claim.set(ClaimIds.id(node, ++claims)).set(node).list(WideLayout::held));
    }

    private static HeldRun held(ResultSet row) throws SQLException {
        Hold hold = new Hold(row.getInt(1), null, row.getLong(2), Ids.of(row.getObject(3)), row.getLong(7));
        return HeldRun.alone(hold, row.getBytes(13));
    }

    @Override
    public void end(List<HeldRun> runs, long at) throws SQLException {
        Sql end = db.sql(END);
        Outcomes.fill(db.columns(end, runs), run -> run, at);
        Outcomes.check(end.update(), runs.size());
    }
}
