-- Addresses at which other systems trigger runs.
create table webhook (
    id         text    primary key,
    name       text    not null,
    task       text    not null,
    tolerance  integer not null,
    wanted     text    not null,                -- as a form is sent
    handshake  text,
    created    integer not null,
    disabled   integer,
    secrets    text    not null                 -- a line for each: until when, and what only servers can read
) without rowid;

-- What came to them: the last ones.
create table webhook_delivery (
    webhook    text    not null,
    id         text    not null,                -- greater ones are later
    delivery   text,                            -- what the sender calls it
    outcome    text    not null,
    reason     text,
    run        text,
    at         integer not null,
    size       integer not null,
    body       text,                            -- where no run has it
    primary key (webhook, id)
);
create index webhook_delivery_sent on webhook_delivery (webhook, delivery);
