-- Durable subscriptions.
create table errand.subscription (
    number     bigint   generated always as identity primary key,
    name       text collate "C" not null unique,
    created    bigint   not null,
    node       bigint,                           -- whose it is, if that lives; null for nobody's
    epoch      bigint   not null default 0,      -- grows with each node it becomes: the one before changes nothing any more
    acknowledged bigint not null default 0,
    acknowledged_at bigint,
    missed     bigint   not null default 0,      -- events of which it was told that they were deleted
    failures   bigint   not null default 0,
    failure    text                              -- JSON; the last
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);

-- How far each has come in the streams of the log. Whoever changes rows of a subscription here locks its row above first.
create table errand.subscription_place (
    subscription bigint not null references errand.subscription (number) on delete cascade,
    stream     bigint   not null,
    position   bigint   not null,                -- of the last commit of which it has passed any events:
    part       int      not null,                -- all of them if 0, else so many
    lost       bigint   not null default 0,      -- events after that which were deleted, and of which it was not told yet
    passed     bigint   not null default 0,      -- how many events it has passed with its last step in this stream
    primary key (subscription, stream)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);

-- Whoever deletes events, also a node of the version before, which knows nothing of subscriptions, nor may its role.
create function errand.lose_events() returns trigger language plpgsql security definer
    set search_path = '' as $$
begin
    if exists (select from errand.subscription) then
        perform from errand.subscription order by number for update;
        insert into errand.subscription_place as place (subscription, stream, position, part, lost)
        select s.number, g.stream, 0, 0, sum(g.events - case when g.position = p.position then p.part else 0 end)
          from gone g
         cross join errand.subscription s
          left join errand.subscription_place p on p.subscription = s.number and p.stream = g.stream
         where g.position > coalesce(p.position, 0) or (g.position = p.position and p.part > 0)
         group by s.number, g.stream
         order by s.number, g.stream
            on conflict (subscription, stream) do update set lost = place.lost + excluded.lost;
    end if;
    return null;
end
$$;
create trigger lose_events after delete on errand.event referencing old table as gone
    for each statement execute function errand.lose_events();
