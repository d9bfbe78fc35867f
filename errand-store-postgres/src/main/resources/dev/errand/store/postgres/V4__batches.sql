-- Runs that were triggered together.
create table errand.batch (
    number         bigint   generated always as identity primary key,
    id             text not null unique,        -- as it prints
    name           text,
    created        bigint not null,
    size           int not null,                -- how many runs
    on_complete    text,                        -- the task to trigger when all have ended
    on_failure     text,                        -- the task to trigger when the first has ended otherwise than well
    position       int not null default 0,      -- of the first run that is not known to have ended
    failed         bigint,                      -- when it was found that one has
    failure_run    text,
    completed      bigint,                      -- when it was found that all have
    completion_run text
);
create index batch_open on errand.batch (number) where completed is null;
create index batch_completed on errand.batch (completed) where completed is not null;

create table errand.batch_run (
    batch          bigint not null,
    position       int not null,                -- as it was triggered, from 0
    run            uuid not null,               -- its id
    primary key (batch, position)
);
