-- Bytes that are kept under a name for a while.
create table errand.blob (
    name       text collate "C" primary key,
    id         text collate "C" not null,        -- of its pieces
    type       text     not null,
    size       bigint   not null,                -- of all pieces together
    created    bigint   not null,
    until      bigint   not null
);
create index blob_until on errand.blob (until);

-- Written before their blob is, and those of one that never came to be go when their time has passed.
create table errand.blob_piece (
    id         text collate "C" not null,
    number     int      not null,
    until      bigint   not null,
    bytes      bytea    not null,
    primary key (id, number)
);
create index blob_piece_until on errand.blob_piece (until);

-- As before, and what is said of the ttl is kept, as it is of runs that are triggered in other ways.
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
        'maxDuration', errand.micros(max_duration), 'ttl', errand.micros(ttl))), '{}');
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
