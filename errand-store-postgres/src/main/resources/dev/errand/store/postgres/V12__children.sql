-- What runs wait for besides a time, and what is kept of it when it has happened: a row for each run that another one awaits, written
-- with its trigger.
create table errand.awaited (
    run        uuid     not null,                -- who waits
    kind       smallint not null,                -- of what: 0 a run, 1 a token
    subject    uuid     not null,                -- the run, or the token
    state      smallint not null default 0,      -- 0 open, 1 has happened and nobody has looked who waits for it, 2 has happened
    armed      smallint not null default 0,      -- 0 not waited for just now, 1 any one will do, 2 all are needed
    ended      smallint,                         -- in which state it ended; null if it was deleted before
    output     text,                             -- JSON
    failure    text,                             -- JSON
    reason     text,
    primary key (run, kind, subject)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);
create index awaited_open on errand.awaited (subject) where state = 0;
create index awaited_happened on errand.awaited (run, subject) where state = 1;
create index awaited_armed on errand.awaited (run, state, armed) where armed <> 0 and state <> 2; -- what a run waits for, without what it waited for earlier

-- Ends that nobody was told of yet: they are marked when somebody is.
create index untold_ends on errand.untold (run) where to_state >= 5;

-- Has nodes look who waits for what has happened. Those that hear the remark tell the others themselves, after their commit: commits that
-- NOTIFY wait for each other.
create function errand.tell_awaited() returns void language plpgsql set search_path = '' as $$
begin
    if current_setting('errand.tells', true) = 'on' then
        raise info 'somebody awaits this' using errcode = 'ERR01';
    else
        perform pg_notify(errand.channel(), ':a');
    end if;
end
$$;

-- Marks what has happened, whoever ended the runs: nodes of the version before do, and know nothing of this, nor may their role. What has
-- happened is not changed again. In the order of the primary key, as all who lock rows here; one by one, so that no plan from when there
-- was next to nothing can lead another way, and each by its run: a look whether anything at all is open would go through all that was.
-- Nobody need look where nobody waits just now: who begins to locks the row first, and looks himself.
create function errand.mark_ends(runs uuid[]) returns void language plpgsql security definer
    set search_path = '' set enable_seqscan = off as $$
declare
    one record;
    awaits smallint;
    any_waits boolean := false;
begin
    for one in
        select w.run, o.*
          from unnest(runs) e(id)
         cross join lateral (select run from errand.awaited where subject = e.id and kind = 0 and state = 0 offset 0) w
         cross join lateral (select run as subject, state, output, failure, reason from errand.outcome where run = e.id offset 0) o
         where (select true from errand.untold where run = e.id and to_state >= 5 limit 1) is null
         order by w.run, o.subject
    loop
        update errand.awaited
           set state = case when armed = 0 then 2 else 1 end,
               ended = one.state, output = one.output, failure = one.failure, reason = one.reason
         where run = one.run and kind = 0 and subject = one.subject and state = 0
        returning armed into awaits;
        any_waits := any_waits or coalesce(awaits, 0) <> 0;
    end loop;
    if any_waits then
        perform errand.tell_awaited();
    end if;
end
$$;

-- Nothing is looked up as long as nobody has awaited anything: the table has no page yet, and gets one before a child is stored that is awaited.
--
-- In a transaction of a user's, which may stay open for long, no row is locked that others need: who tells of it afterwards marks it. Nodes of
-- the version before do not say that it is one; but what is left to be told when a body completes its run is.
create function errand.run_ended() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    if pg_relation_size('errand.awaited') > 0 and current_setting('errand.later', true) is distinct from 'on' then
        perform errand.mark_ends(array(select run from ends));
    end if;
    return null;
end
$$;
create trigger run_ended after insert on errand.outcome referencing new table as ends
    for each statement execute function errand.run_ended();

create function errand.end_told() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    perform errand.mark_ends(array(select run from told where to_state >= 5));
    return null;
end
$$;
create trigger end_told after delete on errand.untold referencing old table as told
    for each statement execute function errand.end_told();

-- Of a run that is deleted before it has ended, nothing will be known but that; if it has, and nobody was told of it yet, how. What it
-- awaited goes with it.
create function errand.run_deleted() returns trigger language plpgsql security definer
    set search_path = '' set enable_seqscan = off as $$
declare
    one record;
    awaits smallint;
    any_waits boolean := false;
begin
    for one in
        select w.run, w.kind, w.subject, true as own, null::smallint as state, null as output, null as failure, null as reason
          from gone cross join lateral (select run, kind, subject from errand.awaited where run = gone.id offset 0) w
         union all
        select w.run, w.kind, w.subject, false, o.state, o.output, o.failure, o.reason
          from gone
         cross join lateral (select run, kind, subject from errand.awaited where subject = gone.id and kind = 0 and state = 0 offset 0) w
          left join lateral (select state, output, failure, reason from errand.outcome where run = gone.id offset 0) o on true
         order by run, kind, subject, own desc
    loop
        if one.own then
            delete from errand.awaited where run = one.run and kind = one.kind and subject = one.subject;
        else
            update errand.awaited
               set state = case when armed = 0 then 2 else 1 end,
                   ended = one.state, output = one.output, failure = one.failure, reason = one.reason
             where run = one.run and kind = one.kind and subject = one.subject and state = 0
            returning armed into awaits;
            any_waits := any_waits or coalesce(awaits, 0) <> 0;
        end if;
    end loop;
    if any_waits then
        perform errand.tell_awaited();
    end if;
    return null;
end
$$;
create trigger run_deleted after delete on errand.run referencing old table as gone
    for each statement execute function errand.run_deleted();
