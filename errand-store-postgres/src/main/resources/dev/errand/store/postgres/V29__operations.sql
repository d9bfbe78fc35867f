-- Who changed what over HTTP.
create table errand.audit (
    id         text collate "C" primary key,     -- later ones are greater
    at         bigint   not null,
    who        text     not null,
    key        text     not null,                -- its id; empty where none was asked for
    role       text     not null,
    token      bigint   not null,                -- 1 if a token of that key's was shown
    action     text     not null,
    subject    text     not null,
    remote     text     not null
);

-- Requests about all runs that a filter finds.
create table errand.bulk_action (
    id         text collate "C" primary key,     -- later ones are greater
    name       text,
    kind       text     not null,
    filter     text     not null,
    state      text     not null,
    place      text,                             -- where the last page of runs ended
    listed     bigint   not null,                -- 1 if that was the last of all
    pending    text,                             -- the runs of that page
    total      bigint   not null,
    success    bigint   not null,
    failure    bigint   not null,
    created    bigint   not null,
    ended      bigint,
    holder     text,                             -- who carries it out,
    until      bigint   not null                 -- and until when nobody else does
);
create index bulk_action_open on errand.bulk_action (id) where state = 'PENDING';

-- What ended in a minute, as nodes have counted it: each keeps parts of its own.
create table errand.statistic (
    minute     bigint   not null,                -- its beginning
    part       text     collate "C" not null,
    text       text     not null,                -- JSON
    primary key (minute, part)
);
