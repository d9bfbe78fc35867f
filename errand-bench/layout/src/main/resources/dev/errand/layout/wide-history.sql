insert into errand.run (id, task, position, created, due, priority, payload, state, claim, started, ended, output)
select (lpad(to_hex(1700000000000 + i), 12, '0') || '70008000000000000001')::uuid, 1,
       (1700000000000 + i) * 1000, (1700000000000 + i) * 1000, (1700000000000 + i) * 1000, 0, :payload, 5, i / 500,
       (1700000000001 + i) * 1000, (1700000000001 + i) * 1000, '{"sent":true}'
  from generate_series(1, :finished::bigint) i;

insert into errand.run (id, task, position, created, due, priority, payload, state)
select (lpad(to_hex(1750000000000 + i), 12, '0') || '70008000000000000001')::uuid, 1,
       :due + i * 1000, (1750000000000 + i) * 1000, :due + i * 1000, 0, :payload, 0
  from generate_series(1, :delayed::bigint) i;
