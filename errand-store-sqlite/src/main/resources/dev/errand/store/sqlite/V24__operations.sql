-- Who changed what over HTTP.
create table audit (
    id         text    primary key,             -- later ones are greater
    at         integer not null,
    who        text    not null,
    key        text    not null,                -- its id; empty where none was asked for
    role       text    not null,
    token      integer not null,                -- 1 if a token of that key's was shown
    action     text    not null,
    subject    text    not null,
    remote     text    not null
) without rowid;

-- Requests about all runs that a filter finds.
create table bulk_action (
    id         text    primary key,             -- later ones are greater
    name       text,
    kind       text    not null,
    filter     text    not null,
    state      text    not null,
    place      text,                            -- where the last page of runs ended
    listed     integer not null,                -- 1 if that was the last of all
    pending    text,                            -- the runs of that page
    total      integer not null,
    success    integer not null,
    failure    integer not null,
    created    integer not null,
    ended      integer,
    holder     text,                            -- who carries it out,
    until      integer not null                 -- and until when nobody else does
) without rowid;
create index bulk_action_open on bulk_action (id) where state = 'PENDING';

-- What ended in a minute, as nodes have counted it: each keeps parts of its own.
create table statistic (
    minute     integer not null,                -- its beginning
    part       text    not null,
    text       text    not null,                -- JSON
    primary key (minute, part)
) without rowid;
