-- For programs in any language, within their transactions:  select errand.trigger('greet', '{"to":"Ada"}')

-- The advisory lock that a transaction shares in which ids were made, until it ends: of the process that made them, for 128 ms.
-- As TransactionLocks computes it.
create function errand.lock_of(id uuid) returns bigint language sql immutable as $$
    select (('x' || substr(hex, 17, 16))::bit(64) << 6)::bigint # (('x0000' || substr(hex, 1, 12))::bit(64) >> 7)::bigint
      from (select replace(id::text, '-', '')) u(hex)
$$;

-- Which chunk a run came with that came alone: as unique as its id, as Chunks computes it.
create function errand.batch_of(id uuid) returns bigint language sql immutable as $$
    select ('x' || substr(hex, 9, 8) || substr(hex, 1, 8))::bit(64)::bigint # ('x' || substr(hex, 17, 16))::bit(64)::bigint
      from (select replace(id::text, '-', '')) u(hex)
$$;

-- An id as it prints: run_ and 26 digits of Crockford's base 32.
create function errand.run_text(id uuid) returns text language plpgsql immutable as $$
declare
    bits bit(130) := b'00' || ('x' || replace(id::text, '-', ''))::bit(128);
    printed text := 'run_';
begin
    for i in 0..25 loop
        printed := printed || substr('0123456789abcdefghjkmnpqrstvwxyz', substring(bits from i * 5 + 1 for 5)::int + 1, 1);
    end loop;
    return printed;
end
$$;

create sequence errand.trigger_count cycle maxvalue 65535 minvalue 0;

-- A new id: a UUID of version 7 whose last 58 bits are drawn once for a transaction, as RunId's are once for a process.
create function errand.new_run_id() returns uuid language plpgsql volatile as $$
declare
    millis bigint := errand.now() / 1000;
    count  bigint := nextval('errand.trigger_count');
    random text   := nullif(current_setting('errand.random', true), '');
begin
    if random is null then
        random := set_config('errand.random', replace(gen_random_uuid()::text, '-', ''), true);
    end if;
    return (lpad(to_hex(millis), 12, '0') || '7' || lpad(to_hex(count >> 4), 3, '0')
         || to_hex((('x' || substr(random, 17, 16))::bit(64)::bigint & x'03ffffffffffffff'::bigint)
                   | ((count & 15) << 58) | x'8000000000000000'::bigint))::uuid;
end
$$;

-- Triggers a run when this transaction is committed. Returns its id.
--   delay, due    not to start before; at most one of them
--   priority      a head start in seconds
--   ttl           how long it may wait for its start; as the task says if null, for ever if zero
--   timeout, attempts, metadata    as the task says if null
--   queue         a declared one, where the run waits; as the task says if null
--   key           its concurrency key; what the task takes from the payload if null
create function errand.trigger(
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

-- The line of a task's runs in a queue, with a key; each may be null. As Lines numbers them.
create function errand.line_of(of_task int, in_queue text, with_key text) returns bigint language plpgsql volatile as $$
declare
    place       int := of_task;
    of_queue    int;
begin
    if length(with_key) not between 1 and 2048 then
        raise exception 'a concurrency key has 1 to 2048 characters' using errcode = 'invalid_parameter_value';
    end if;
    if in_queue is not null then
        select q.number into of_queue from errand.queue q where q.key = lower(in_queue) and q.key not like 'task/%';
        if of_queue is null then
            raise exception 'No queue ''%''', in_queue using errcode = 'invalid_parameter_value';
        end if;
        select q.number into place from errand.task_queue q where q.task = of_task and q.queue = of_queue;
        if place is null then
            insert into errand.task_queue (number, task, queue) values (nextval('errand.task_queue_number'), of_task, of_queue)
                on conflict do nothing;
            select q.number into place from errand.task_queue q where q.task = of_task and q.queue = of_queue;
        end if;
    end if;
    if with_key is null then
        return place;
    end if;
    if not exists (select 1 from errand.task_queue q where q.number = place and q.keyed) then
        insert into errand.task_queue (number, task, queue, keyed) values (place, of_task, of_queue, true)
            on conflict (number) do update set keyed = true;
    end if;
    return (place::bigint << 40) | greatest(('x' || substr(md5(with_key), 1, 10))::bit(40)::bigint, 1);
end
$$;

-- Where nodes listen.
create function errand.channel() returns text language sql immutable as
    $$ select case rtrim('errand.', '.') when 'errand' then 'errand' else 'errand_' || rtrim('errand.', '.') end $$;

create function errand.micros(duration interval) returns bigint language sql immutable as
    $$ select (extract(epoch from duration) * 1000000)::bigint $$;

-- When a run expires that has not started by then; null for never.
create function errand.expires(starts bigint, definition jsonb, ttl interval, timeout interval) returns bigint
language sql stable as $$
    select least(starts + nullif(errand.micros(coalesce(expires.ttl, (definition ->> 'ttl')::interval)), 0),
                 case when definition ->> 'timeoutFrom' <> 'START'
                      then starts + errand.micros(coalesce(expires.timeout, (definition ->> 'timeout')::interval)) end)
$$;

create function errand.check_trigger(
    delay interval, due timestamptz, name text, tags text[], priority int, ttl interval, timeout interval, attempts int,
    metadata jsonb
) returns void language plpgsql immutable as $$
declare
    wrong text := case
        when delay is not null and due is not null then 'a trigger has a delay or an instant, not both'
        when delay < interval '0' or ttl < interval '0' or timeout <= interval '0' then 'a delay, ttl or timeout cannot be negative'
        when delay > interval '100 years' or due > now() + interval '100 years' then 'the start is more than a hundred years away'
        when priority not between 0 and 31536000 then 'priority is a head start in seconds, from 0 to 31536000'
        when attempts < 1 then 'at least 1 attempt is needed, the first included'
        when cardinality(tags) > 10 or exists (select 1 from unnest(tags) tag where length(tag) not between 1 and 128 or tag is null)
            then 'a run has at most 10 tags of 1 to 128 characters each'
        when jsonb_typeof(metadata) <> 'object' then 'metadata is a JSON object'
        when trim(name) = '' or length(name) > 256 then 'a run''s name has 1 to 256 characters'
    end;
begin
    if wrong is not null then
        raise exception '%', wrong using errcode = 'invalid_parameter_value';
    end if;
end
$$;
