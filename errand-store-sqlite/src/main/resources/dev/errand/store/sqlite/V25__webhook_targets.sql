-- Who is told of events over HTTP.
create table webhook_target (
    id         text    primary key,
    url        text    not null,
    filter     text    not null,                -- JSON: types, tasks, tags
    sealed     text    not null,                -- its secret, as servers sealed it
    former     text,                            -- the one before, with which is signed too
    former_until integer,
    created    integer not null,
    disabled   integer,                         -- since when; null while it is told
    reason     text,
    failing    integer,                         -- since when every attempt has failed
    failure    text,                            -- what the last of those that failed met
    delivered  integer                          -- to the minute
) without rowid;
