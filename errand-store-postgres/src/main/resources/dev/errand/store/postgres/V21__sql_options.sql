-- What a trigger may say in Java and could not in SQL: max_retries, timeout_from, machine and max_duration; with a key also queue and
-- concurrency_key.

-- As Machine reads it; null for none, and for what it does not read.
create function errand.machine(said text) returns text language sql immutable as $$
    select case
        when lower(trim(said)) in ('micro', 'small-1x', 'small-2x', 'medium-1x', 'medium-2x', 'large-1x', 'large-2x') then lower(trim(said))
        when size is not null
             and coalesce(lower(size[1]), '') not in ('micro', 'small-1x', 'small-2x', 'medium-1x', 'medium-2x', 'large-1x', 'large-2x')
             and size[2]::numeric between 0.05 and 1024 and size[3]::numeric between 0.0625 and 16384 then trim(said)
        end
      from regexp_match(trim(said), '^(?:([A-Za-z0-9][A-Za-z0-9._/-]{0,63}):)?([0-9]*[.]?[0-9]+)/([0-9]*[.]?[0-9]+)$') size
$$;

create function errand.check_trigger(
    attempts int, max_retries int, timeout_from text, machine text, max_duration interval
) returns void language plpgsql immutable as $$
declare
    wrong text := case
        when attempts is not null and max_retries is not null
            then 'attempts and max_retries both say how often the body may be tried; give one of them: max_retries is the attempts less the first'
        when max_retries not between 0 and 2147483646 then 'max_retries is 0 or more, below 2147483647: the attempts after the first'
        when lower(timeout_from) not in ('creation', 'start') then 'timeout_from is creation or start'
        when max_duration <> interval '0' and max_duration < interval '5 seconds' or max_duration > interval '100 years'
            then 'max_duration is at least 5 seconds, or 0 for no limit, and at most 100 years'
        when machine is not null and errand.machine(machine) is null
            then 'a machine is micro, small-1x, small-2x, medium-1x, medium-2x, large-1x, large-2x, or processors and gigabytes, such as 3/6'
    end;
begin
    if wrong is not null then
        raise exception '%', wrong using errcode = 'invalid_parameter_value';
    end if;
end
$$;

-- When a run expires that has not started by then; null for never.
create function errand.expires(starts bigint, definition jsonb, ttl interval, timeout interval, timeout_from text) returns bigint
language sql stable as $$
    select least(starts + nullif(errand.micros(coalesce(expires.ttl, (definition ->> 'ttl')::interval)), 0),
                 case when coalesce(upper(expires.timeout_from), definition ->> 'timeoutFrom') <> 'START'
                      then starts + errand.micros(coalesce(expires.timeout, (definition ->> 'timeout')::interval)) end)
$$;

-- With more arguments it is another function: the old one would make calls ambiguous. Where something of a user's is made of it, such as the
-- default of a column, it stays under another name, and does what the new one does.
do $do$
begin
    drop function errand.trigger(text, jsonb, interval, timestamptz, text, text[], int, interval, interval, int, jsonb, text, text);
exception when dependent_objects_still_exist then
    alter function errand.trigger(text, jsonb, interval, timestamptz, text, text[], int, interval, interval, int, jsonb, text, text) rename to trigger_before_21;
    create or replace function errand.trigger_before_21(
        task text, payload jsonb default 'null', delay interval default null, due timestamptz default null, name text default null,
        tags text[] default '{}', priority int default 0, ttl interval default null, timeout interval default null,
        attempts int default null, metadata jsonb default null, queue text default null, key text default null
    ) returns text language plpgsql volatile as
        'begin return errand.trigger($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13); end';
end
$do$;

do $do$
begin
    drop function errand.trigger_once(text, text, jsonb, interval, interval, timestamptz, text, text[], int, interval, interval, int, jsonb);
exception when dependent_objects_still_exist then
    alter function errand.trigger_once(text, text, jsonb, interval, interval, timestamptz, text, text[], int, interval, interval, int, jsonb) rename to trigger_once_before_21;
    create or replace function errand.trigger_once_before_21(
        key text, task text, payload jsonb default 'null', life interval default '30 days', delay interval default null,
        due timestamptz default null, name text default null, tags text[] default '{}', priority int default 0, ttl interval default null,
        timeout interval default null, attempts int default null, metadata jsonb default null
    ) returns text language plpgsql volatile as
        'begin return errand.trigger_once($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13); end';
end
$do$;

-- Triggers a run when this transaction is committed. Returns its id.
--   delay, due    not to start before; at most one of them
--   priority      a head start in seconds
--   ttl           how long it may wait for its start; as the task says if null, for ever if zero
--   timeout, attempts, metadata    as the task says if null
--   queue         a declared one, where the run waits; as the task says if null
--   key           its concurrency key; what the task takes from the payload if null
--   max_retries   the attempts but the first, in place of attempts
--   timeout_from  creation or start; as the task says if null
--   machine       a preset, or processors and gigabytes, such as 3/6; as the task says if null
--   max_duration  how long an attempt may be active; as the task says if null, for as long as it likes if zero
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
    key      text        default null,
    max_retries  int      default null,
    timeout_from text     default null,
    machine      text     default null,
    max_duration interval default null
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
    perform errand.check_trigger(attempts, max_retries, timeout_from, machine, max_duration);
    if delay is not null or due is not null then
        starts := greatest(created, coalesce(errand.micros(delay) + created, (extract(epoch from due) * 1000000)::bigint));
    end if;
    expires := errand.expires(starts, definition, ttl, timeout, timeout_from);
    queue := coalesce(queue, definition ->> 'queue');
    key := coalesce(key, payload #>> string_to_array(definition ->> 'concurrencyKey', '.'));
    line := errand.line_of(number, queue, key);
    options := nullif(jsonb_strip_nulls(jsonb_build_object(
        'timeout', errand.micros(timeout), 'from', upper(timeout_from), 'attempts', coalesce(attempts, max_retries + 1),
        'metadata', metadata::text, 'queue', queue, 'key', key, 'machine', errand.machine(machine),
        'maxDuration', errand.micros(max_duration))), '{}');
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

-- Triggers a run when this transaction is committed, unless a run of the task holds the key. Returns the id of the run that holds it
-- from then on: whoever wants the key waits for this transaction.
--   life      how long the key is held, counted from the trigger
--   concurrency_key    what errand.trigger calls key
--   the rest  as for errand.trigger
create function errand.trigger_once(
    key      text,
    task     text,
    payload  jsonb       default 'null',
    life     interval    default '30 days',
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
    concurrency_key text default null,
    max_retries  int     default null,
    timeout_from text    default null,
    machine      text    default null,
    max_duration interval default null
) returns text language plpgsql volatile as $$
declare
    digest text := substr(encode(sha256(convert_to('of all ' || trigger_once.key, 'UTF8')), 'hex'), 1, 32);
    number int  := errand.task_number(trigger_once.task);
    held   uuid;
    printed text;
begin
    if digest is null or length(trigger_once.key) not between 1 and 2048 then
        raise exception 'an idempotency key has 1 to 2,048 characters' using errcode = 'invalid_parameter_value';
    end if;
    if life is null or life <= interval '0' or life > interval '100 years' then
        raise exception 'the life of an idempotency key is more than zero and at most 100 years' using errcode = 'invalid_parameter_value';
    end if;
    if number is not null then
        -- As KeyLocks computes them.
        perform pg_advisory_xact_lock_shared((x'4572726b'::bigint << 32) + number);
        perform pg_advisory_xact_lock(('x' || substr(digest, 1, 16))::bit(64)::bigint # (2 * number::bigint));
        select k.run into held
          from errand.trigger_key k
          join errand.run r on r.id = k.run
          left join errand.outcome o on o.run = k.run
         where k.task = number and k.kind = 0 and k.hash = digest::uuid and k.until > errand.now()
           and (o.state is null or o.state in (5, 7));
        if held is not null then
            return errand.run_text(held);
        end if;
    end if;
    printed := errand.trigger(
        trigger_once.task, trigger_once.payload, delay => trigger_once.delay, due => trigger_once.due, name => trigger_once.name,
        tags => trigger_once.tags, priority => trigger_once.priority, ttl => trigger_once.ttl, timeout => trigger_once.timeout,
        attempts => trigger_once.attempts, metadata => trigger_once.metadata, queue => trigger_once.queue,
        key => trigger_once.concurrency_key, max_retries => trigger_once.max_retries, timeout_from => trigger_once.timeout_from,
        machine => trigger_once.machine, max_duration => trigger_once.max_duration);
    insert into errand.trigger_key (task, kind, hash, run, until)
    values (number, 0, digest::uuid, errand.run_id(printed), errand.now() + errand.micros(life))
        on conflict on constraint trigger_key_pkey do update
       set run = excluded.run, until = excluded.until, payload = null;
    update errand.run r
       set options = (coalesce(r.options, '{}')::jsonb || jsonb_build_object('idempotencyKey', trigger_once.key))::text
     where r.id = errand.run_id(printed);
    return printed;
end
$$;
