-- Who is told of events over HTTP.
create table errand.webhook_target (
    id         text collate "C" primary key,
    url        text     not null,
    filter     text     not null,                -- JSON: types, tasks, tags
    sealed     text     not null,                -- its secret, as servers sealed it
    former     text,                             -- the one before, with which is signed too
    former_until bigint,
    created    bigint   not null,
    disabled   bigint,                           -- since when; null while it is told
    reason     text,
    failing    bigint,                           -- since when every attempt has failed
    failure    text,                             -- what the last of those that failed met
    delivered  bigint                            -- to the minute
);
