insert into errand.run (id, batch, position, created, task, priority, payload)
select (lpad(to_hex(1700000000000 + i), 12, '0') || '70008000000000000001')::uuid, i / 500,
       (1700000000000 + i) * 1000, (1700000000000 + i) * 1000, 1, 0, :payload
  from generate_series(1, :finished::bigint) i;

insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output)
select (lpad(to_hex(1700000000000 + i), 12, '0') || '70008000000000000001')::uuid, i / 500,
       (1700000000001 + i) * 1000, (1700000000001 + i) * 1000, 5, 1, 0, false, '{"sent":true}'
  from generate_series(1, :finished::bigint) i;

insert into errand.run (id, batch, position, created, due, task, priority, payload)
select (lpad(to_hex(1750000000000 + i), 12, '0') || '70008000000000000001')::uuid, i,
       :due + i * 1000, (1750000000000 + i) * 1000, :due + i * 1000, 1, 0, :payload
  from generate_series(1, :delayed::bigint) i;

-- Each due at a time of its own, so each is a chunk.
insert into errand.chunk (line, position, first, last, single, state, batch, runs, priority, due)
select 1, 9223372036854775807, id, id, false, 0, batch, 1, 0, due
  from errand.run
 where due is not null;
