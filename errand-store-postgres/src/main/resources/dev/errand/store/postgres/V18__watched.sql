-- A run at whose state another one's condition looks is kept in errand.awaited as kind 3. The row comes before the wait, under locks on what
-- the watched run's end must lock as well: so these functions find it, whoever ends that run, or it has ended before. Of how it ended nothing is
-- copied, which its own rows say.
comment on column errand.awaited.kind is 'of what: 0 a run, 1 a token, 2 a value, 3 a run that is watched';

create or replace function errand.mark_ends(runs uuid[]) returns void language plpgsql security definer
    set search_path = '' set enable_seqscan = off as $$
declare
    one record;
    awaits smallint;
    any_waits boolean := false;
begin
    for one in
        select w.run, w.kind, o.*
          from unnest(runs) e(id)
         cross join lateral (select run, kind from errand.awaited where subject = e.id and kind in (0, 3) and state = 0 offset 0) w
         cross join lateral (select run as subject, state, output, failure, reason from errand.outcome where run = e.id offset 0) o
         where (select true from errand.untold where run = e.id and to_state >= 5 limit 1) is null
         order by w.run, w.kind, o.subject
    loop
        update errand.awaited
           set state = case when armed = 0 then 2 else 1 end,
               ended = one.state,
               output = case when kind = 0 then one.output end,
               failure = case when kind = 0 then one.failure end,
               reason = case when kind = 0 then one.reason end
         where run = one.run and kind = one.kind and subject = one.subject and state = 0
        returning armed into awaits;
        any_waits := any_waits or coalesce(awaits, 0) <> 0;
    end loop;
    if any_waits then
        perform errand.tell_awaited();
    end if;
end
$$;

create or replace function errand.run_deleted() returns trigger language plpgsql security definer
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
         cross join lateral (select run, kind, subject from errand.awaited where subject = gone.id and kind in (0, 3) and state = 0 offset 0) w
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
