-- What was deleted from the log of events lately, so that who comes back to his place in it is told how much he has missed.
create table errand.event_gone (
    stream     bigint   not null,
    last       bigint   not null,                -- position of the last of these commits, which were deleted together
    positions  bigint[] not null,
    counts     int[]    not null,                -- how many events each of them had
    primary key (stream, last)
);

-- Whoever deletes events, also a node of the version before, which knows nothing of this, nor may its role.
create function errand.keep_gone_events() returns trigger language plpgsql security definer
    set search_path = '' as $$
begin
    insert into errand.event_gone (stream, last, positions, counts)
    select stream, max(position), array_agg(position order by position), array_agg(events order by position)
      from gone
     group by stream
     order by stream
        on conflict do nothing;
    delete from errand.event_gone g
     where g.stream in (select stream from gone)
       and g.last < (select n.last from errand.event_gone n where n.stream = g.stream order by n.last desc offset 200 limit 1);
    return null;
end
$$;
create trigger keep_gone_events after delete on errand.event referencing old table as gone
    for each statement execute function errand.keep_gone_events();
