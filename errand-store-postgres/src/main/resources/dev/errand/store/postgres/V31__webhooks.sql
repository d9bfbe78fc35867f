-- Addresses at which other systems trigger runs.
create table errand.webhook (
    id         text collate "C" primary key,
    name       text     not null,
    task       text     not null,
    tolerance  bigint   not null,
    wanted     text     not null,                -- as a form is sent
    handshake  text,
    created    bigint   not null,
    disabled   bigint,
    secrets    text     not null                 -- a line for each: until when, and what only servers can read
);

-- What came to them: the last ones.
create table errand.webhook_delivery (
    webhook    text collate "C" not null,
    id         text collate "C" not null,        -- greater ones are later
    delivery   text,                             -- what the sender calls it
    outcome    text     not null,
    reason     text,
    run        text,
    at         bigint   not null,
    size       bigint   not null,
    body       text,                             -- where no run has it
    primary key (webhook, id)
);
create index webhook_delivery_sent on errand.webhook_delivery (webhook, delivery);
