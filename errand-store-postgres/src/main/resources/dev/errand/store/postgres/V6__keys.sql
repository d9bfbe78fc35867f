-- Which run answers for a trigger with a key.
create table errand.trigger_key (
    task       int      not null,
    kind       smallint not null,               -- 0 idempotency, 1 debounce
    hash       uuid     not null,               -- of the key and its scope
    run        uuid     not null,
    until      bigint   not null,               -- when it is free at the latest; of a debounce key, when its run starts
    payload    uuid,                            -- a hash of the payload it came with; null if that does not matter
    primary key (task, kind, hash)
);
create index trigger_key_run on errand.trigger_key (run);
create index trigger_key_until on errand.trigger_key (until);

-- The run whose body triggered a run, as its options say.
create function errand.parent_of(options text) returns text language sql immutable strict parallel safe as
    $$ select substring(options from '"parent":"(run_[0-9a-z]{26})"') $$;

create index run_parent on errand.run (errand.parent_of(options)) where options like '%"parent":"run_%';

-- For programs in any language:  select errand.trigger_once('order-42', 'ship', '{"item":"piano"}')

-- The number of a task that some node has declared, by its id or alias; null for none.
create function errand.task_number(task text) returns int language sql stable as $$
    select t.number
      from errand.task t
     where not t.removed and t.definition is not null
       and (t.key = lower(task_number.task)
            or t.aliases is not null and exists (
                select 1 from jsonb_array_elements_text(t.aliases::jsonb) alias where lower(alias) = lower(task_number.task)))
     order by t.key = lower(task_number.task) desc
     limit 1
$$;

-- The id that prints so.
create function errand.run_id(printed text) returns uuid language plpgsql immutable as $$
declare
    bits text := '';
begin
    for i in 5..30 loop
        bits := bits || (strpos('0123456789abcdefghjkmnpqrstvwxyz', substr(printed, i, 1)) - 1)::bit(5)::text;
    end loop;
    return (lpad(to_hex(substr(bits, 3, 64)::bit(64)::bigint), 16, '0')
         || lpad(to_hex(substr(bits, 67, 64)::bit(64)::bigint), 16, '0'))::uuid;
end
$$;

-- Triggers a run when this transaction is committed, unless a run of the task holds the key. Returns the id of the run that holds it
-- from then on: whoever wants the key waits for this transaction.
--   life      how long the key is held, counted from the trigger
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
    metadata jsonb       default null
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
        attempts => trigger_once.attempts, metadata => trigger_once.metadata);
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
