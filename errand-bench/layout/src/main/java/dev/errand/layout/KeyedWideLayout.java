package dev.errand.layout;

import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/** Runs under a limit for each key in the wide table, found by an index of their own. */
final class KeyedWideLayout implements Layout {
    private static final String COPY =
            "copy errand.run (id, task, key, position, created, due, priority, state, payload) from stdin (format binary)";

    private static final String END = """
            with gone as (
                update errand.run k
                   set state = 5, started = u.started, ended = u.ended, attempt = u.attempt, output = u.output
                  from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[])
                       u(run, claim, started, ended, attempt, output)
                 where k.id = u.run and k.claim = u.claim and k.state + 0 = 1 and k.cancel is null
                returning k.task, k.key, k.claim),
            %s
            select count(*) from gone
            """.formatted(KeyedClaim.FREED);

    private final Db db;
    private final KeyedClaim claim;

    KeyedWideLayout(Db db, long node) {
        this.db = db;
        this.claim = new KeyedClaim(
                db,
                node,
                "run",
                "id",
                " and state = 1 and key is not null",
                "",
                "k.payload, k.name, k.tags, k.options");
    }

    @Override
    public void enqueue(List<NewRun> runs, Events events) throws SQLException {
        CopyRows copy = new CopyRows();
        for (NewRun run : runs) {
            copy.row(9)
                    .uuid(run.id())
                    .int4(run.task())
                    .text(run.requireKey())
                    .int8(run.position())
                    .int8(run.created())
                    .int8(run.created())
                    .int4(run.priority())
                    .int2(WideLayout.QUEUED)
                    .text(run.payload());
        }
        db.copy(COPY, copy);
        events.write(db);
    }

    @Override
    public List<HeldRun> claim(int wanted) throws SQLException {
        return claim.claim(wanted, (hold, row) -> HeldRun.alone(hold, row.getBytes(5)));
    }

    @Override
    public void end(List<HeldRun> runs, long at) throws SQLException {
        Sql end = db.sql(END);
        Outcomes.fill(db.columns(end, runs), run -> run, at);
        Outcomes.check((int) end.number(), runs.size());
    }
}
