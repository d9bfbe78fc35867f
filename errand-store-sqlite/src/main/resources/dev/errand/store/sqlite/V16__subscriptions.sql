-- Durable subscriptions: how far each has come in the log.
create table subscription (
    name       text    primary key,
    created    integer not null,
    position   integer not null,                -- of the last commit in the log of which it has passed any events:
    part       integer not null default 0,      -- all of them if 0, else so many
    lost       integer not null default 0,      -- events after that which were deleted, and of which it was not told yet
    node       integer,                         -- whose it is, if that lives; null for nobody's
    epoch      integer not null default 0,      -- grows with each node it becomes: the one before changes nothing any more
    acknowledged integer not null default 0,
    acknowledged_at integer,
    missed     integer not null default 0,      -- events of which it was told that they were deleted
    failures   integer not null default 0,
    failure    text                             -- JSON; the last
) without rowid;

-- Whoever deletes events, also a process of the version before, which knows nothing of subscriptions.
create trigger lose_events before delete on event
     when exists (select 1 from subscription) begin
    update subscription
       set lost = lost + old.events - iif(position = old.position, part, 0)
     where position < old.position or (position = old.position and part > 0);
end;
