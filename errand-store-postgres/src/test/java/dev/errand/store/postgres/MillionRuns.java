package dev.errand.store.postgres;

/**
 * A million runs of the last hour: most have completed, some failed, the youngest are delayed, each in a chunk of its own, or queued, a
 * hundred to a chunk. A hundred thousand are children of one parent. Every fifth that has completed did two steps. Others of those once awaited a run each, every other of which is delayed.
 */
final class MillionRuns {
    static final String SQL = """
            set work_mem = '256MB'; -- of this session, to sort them
            insert into errand.task (key, id) values ('common', 'common'), ('rare', 'rare') on conflict do nothing;

            create temporary table made as
            select i, case when i between 850000 and 949999 then i + 1000000 else i / 100 end as batch,
                   (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') || '8' || lpad(to_hex(i), 15, '0'))::uuid as id,
                   ms * 1000 as at,
                   (select number from errand.task where key = case when i / 100 % 1000 = 7 then 'rare' else 'common' end) as task
              from (select i, (extract(epoch from now()) * 1000)::bigint - 3600000 + i * 3 as ms
                      from generate_series(0, 999999) i) numbers;

            insert into errand.run (id, batch, position, created, due, task, priority, name, tags, payload, options)
            select id, batch, min(at) over (partition by batch), at, case when i between 850000 and 949999 then at + 36000000000 end,
                   task, 0, case when i % 10000 = 5 then 'rare' end, case when i % 10000 = 6 then '["rare"]' when i % 10 = 3 then '["often"]' end, '{"n":1}',
                   case when i between 300000 and 399999 then '{"parent":"run_00000000000000000000000001"}' end
              from made
             order by i;
            insert into errand.tag (tag, run)
            select case when i % 10000 = 6 then 'rare' else 'often' end, id
              from made
             where i % 10000 = 6 or i % 10 = 3;

            insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output)
            select id, 1, at, at + 1000, case when i % 5000 = 1 then 6 else 5 end, 1, 0, i % 5000 = 1, '1'
              from made
             where i < 850000
             order by i;

            insert into errand.step (run, position, attempt, started, ended, key, name, result)
            select id, position, 1, at, at + 1000, 'pay', 'pay', '1'
              from made, generate_series(1, 2) position
             where i < 850000 and i % 5 = 0
             order by i, position;

            insert into errand.awaited (run, kind, subject, state, armed, ended)
            select parent.id, 0, child.id, case when child.i < 850000 then 2 else 0 end, 2, case when child.i < 850000 then 5 end
              from made child join made parent on parent.i = child.i - 750000
             where child.i between 750000 and 949999;

            insert into errand.chunk (line, position, first, last, single, state, batch, runs, priority, due)
            select distinct on (batch) task, case when i < 950000 then 9223372036854775807 else at end, id,
                   last_value(id) over (partition by batch order by i rows between current row and unbounded following),
                   false, case when i < 950000 then 0 else 1 end, batch, case when i < 950000 then 1 else 100 end, 0, case when i < 950000 then at + 36000000000 else at end
              from made
             where i >= 850000
             order by batch, i;

            insert into errand.event (stream, position, at, node, events, body)
            select 5, nextval('errand.event_position'), at, 1, 0, ''
              from made
             where i < 200000;
            """;

    private MillionRuns() {}
}
