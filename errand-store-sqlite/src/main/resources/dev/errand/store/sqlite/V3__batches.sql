-- Runs that were triggered together.
create table batch (
    number         integer primary key,
    id             text not null unique,        -- as it prints
    name           text,
    created        integer not null,
    size           integer not null,            -- how many runs
    on_complete    text,                        -- the task to trigger when all have ended
    on_failure     text,                        -- the task to trigger when the first has ended otherwise than well
    position       integer not null default 0,  -- of the first run that is not known to have ended
    failed         integer,                     -- when it was found that one has
    failure_run    text,
    completed      integer,                     -- when it was found that all have
    completion_run text
);
create index batch_open on batch (number) where completed is null;
create index batch_completed on batch (completed) where completed is not null;

create table batch_run (
    batch          integer not null,
    position       integer not null,            -- as it was triggered, from 0
    run            blob not null,               -- its id
    primary key (batch, position)
) without rowid;
