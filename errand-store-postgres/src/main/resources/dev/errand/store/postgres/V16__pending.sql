-- Queues and tasks with a limit on how many of their runs are pending; there are none of them in the most stores.
create index queue_capped on errand.queue (key) where limits like '%"maxPending"%' or override like '%"maxPending"%';

-- Delayed runs, which count: retries and waits, which do not, are at the same place of their line. Said in another way than how a row is named,
-- so that no other statement uses it, and these no other index.
create index chunk_delayed on errand.chunk ((line + 0)) where state + 0 = 0;

-- Refuses one more run of a task, in a queue or in none, where too many are pending. As PendingCaps counts them for transactions of users':
-- those that are committed, and this one's own.
create function errand.check_pending(of_task int, in_queue text) returns void language plpgsql volatile
    set enable_seqscan = off as $$ -- so that no plan from when there was next to nothing can lead another way
declare
    one     record;
    pending bigint;
begin
    for one in
        select q.number, q.name, q.key like 'task/%' as of_all,
               coalesce(q.override::jsonb ->> 'maxPending', q.limits::jsonb ->> 'maxPending')::int as most
          from errand.queue q
         where (q.limits like '%"maxPending"%' or q.override like '%"maxPending"%')
           and q.key in (lower(in_queue), (select 'task/' || t.key from errand.task t where t.number = of_task))
         order by q.number
    loop
        select coalesce(sum(c.runs), 0)
          into pending
          from (select p.number
                  from errand.task_queue p
                 where one.of_all and p.task = of_task or not one.of_all and p.queue = one.number
                 union
                select of_task where one.of_all) place
         cross join lateral (
             (select p.runs
                from (select case when c.dirty and not c.single
                                  then (select count(*)
                                          from errand.run r
                                         where r.id between c.first and c.last and r.batch = c.batch
                                           and (select true from errand.outcome o where o.run = r.id limit 1) is null
                                           and (select true from errand.chunk s where s.single and s.first = r.id limit 1) is null)
                                  else c.runs
                             end as runs
                        from errand.chunk c
                       where c.line = place.number and c.position < 9223372036854775807
                         and c.claim = 0
                      offset 0) p
               where p.runs > 0
               limit one.most)
              union all
             (select p.runs
                from (select case when c.dirty and not c.single
                                  then (select count(*)
                                          from errand.run r
                                         where r.id between c.first and c.last and r.batch = c.batch
                                           and (select true from errand.outcome o where o.run = r.id limit 1) is null
                                           and (select true from errand.chunk s where s.single and s.first = r.id limit 1) is null)
                                  else c.runs
                             end as runs
                        from errand.chunk c
                       where c.line + 0 = place.number and c.state + 0 = 0 and c.position + 0 = 9223372036854775807
                         and c.claim = 0
                      offset 0) p
               where p.runs > 0
               limit one.most)
              union all
             (select p.runs
                from (select case when c.dirty and not c.single
                                  then (select count(*)
                                          from errand.run r
                                         where r.id between c.first and c.last and r.batch = c.batch
                                           and (select true from errand.outcome o where o.run = r.id limit 1) is null
                                           and (select true from errand.chunk s where s.single and s.first = r.id limit 1) is null)
                                  else c.runs
                             end as runs
                        from errand.chunk c
                       where c.line between place.number::bigint << 40 and (place.number::bigint << 40) + 1099511627775
                         and c.position < 9223372036854775807
                         and c.claim = 0
                      offset 0) p
               where p.runs > 0
               limit one.most)
              union all
             (select p.runs
                from (select case when c.dirty and not c.single
                                  then (select count(*)
                                          from errand.run r
                                         where r.id between c.first and c.last and r.batch = c.batch
                                           and (select true from errand.outcome o where o.run = r.id limit 1) is null
                                           and (select true from errand.chunk s where s.single and s.first = r.id limit 1) is null)
                                  else c.runs
                             end as runs
                        from errand.chunk c
                       where c.line + 0 between place.number::bigint << 40 and (place.number::bigint << 40) + 1099511627775
                         and c.state + 0 = 0 and c.position + 0 = 9223372036854775807
                         and c.claim = 0
                      offset 0) p
               where p.runs > 0
               limit one.most)) c;
        if pending >= one.most then
            raise exception 'The queue ''%'' is full: % of its runs are pending, it takes %', one.name, pending, one.most
                using errcode = 'configuration_limit_exceeded';
        end if;
    end loop;
end
$$;

-- As before, but that nobody has to count anew what he holds where only maxPending is another, under which nothing starts.
create or replace function errand.limits_made() returns trigger language plpgsql as $$
begin
    update errand.rules
       set version = version + 1,
           limited = case when exists (select from news where limits::jsonb - 'maxPending' <> '{}') then version + 1 else limited end
     where exists (select from news where limits <> '{}');
    return null;
end
$$;

create or replace function errand.limits_changed() returns trigger language plpgsql as $$
begin
    update errand.rules
       set version = version + 1,
           limited = case when exists (
                   select
                     from news n
                     join olds o on o.number = n.number
                    where n.limits::jsonb - 'maxPending' <> o.limits::jsonb - 'maxPending'
                       or coalesce(n.override::jsonb - 'maxPending', '{}') <> coalesce(o.override::jsonb - 'maxPending', '{}'))
               then version + 1 else limited end
     where exists (
               select
                 from news n
                 join olds o on o.number = n.number
                where (n.limits, n.override) is distinct from (o.limits, o.override));
    return null;
end
$$;

-- As before, but for that.
create or replace function errand.trigger(
    task     text,
    payload  jsonb       default 'null',
    delay    interval    default null,
    due      timestamptz default null,
    name     text        default null,
    tags     text[]      default '{}',
    priority int         default 0,
    ttl      interval    default null,
    timeout  interval    default null,
    attempts int         default null,
    metadata jsonb       default null,
    queue    text        default null,
    key      text        default null
) returns text language plpgsql volatile as $$
declare
    id         uuid   := errand.new_run_id();
    created    bigint := errand.now();
    starts     bigint := created;
    expires    bigint;
    definition jsonb;
    number     int;
    options    jsonb;
    queued     boolean;
    line       bigint;
begin
    select t.number, t.definition::jsonb into number, definition
      from errand.task t
     where not t.removed and t.definition is not null
       and (t.key = lower(trigger.task)
            or t.aliases is not null and exists (
                select 1 from jsonb_array_elements_text(t.aliases::jsonb) alias where lower(alias) = lower(trigger.task)))
     order by t.key = lower(trigger.task) desc
     limit 1;
    if number is null then
        raise exception 'No node ever declared a task ''%''', trigger.task using errcode = 'invalid_parameter_value';
    end if;
    perform errand.check_trigger(delay, due, name, tags, priority, ttl, timeout, attempts, metadata);
    if delay is not null or due is not null then
        starts := greatest(created, coalesce(errand.micros(delay) + created, (extract(epoch from due) * 1000000)::bigint));
    end if;
    expires := errand.expires(starts, definition, ttl, timeout);
    queue := coalesce(queue, definition ->> 'queue');
    key := coalesce(key, payload #>> string_to_array(definition ->> 'concurrencyKey', '.'));
    line := errand.line_of(number, queue, key);
    options := nullif(jsonb_strip_nulls(jsonb_build_object(
        'timeout', errand.micros(timeout), 'attempts', attempts, 'metadata', metadata::text, 'queue', queue, 'key', key)), '{}');
    queued := starts = created;
    perform errand.check_pending(number, queue);

    perform pg_advisory_xact_lock_shared(errand.lock_of(id));
    insert into errand.run (id, batch, position, created, due, expires, task, priority, name, tags, payload, options, line)
    values (id, errand.batch_of(id), starts - priority * 1000000::bigint, created, case when queued then null else starts end, expires,
            number, priority, name, to_jsonb(nullif(tags, '{}'))::text, coalesce(payload, 'null')::text, options::text,
            nullif(line, number));
    insert into errand.tag (tag, run) select distinct tag, id from unnest(tags) tag;
    insert into errand.chunk (line, position, first, last, single, state, batch, runs, priority, due, expires)
    values (line, case when queued then starts - priority * 1000000::bigint else 9223372036854775807 end, id, id, false,
            case when queued then 1 else 0 end, errand.batch_of(id), 1, priority, starts, expires);
    insert into errand.untold (run, task, name, attempt, to_state, at)
    values (id, number, name, 0, case when queued then 1 else 0 end, created);
    perform pg_notify(errand.channel(), 'sql:' || case when queued and expires is null then 'ou' else 'our' end);
    return errand.run_text(id);
end
$$;
