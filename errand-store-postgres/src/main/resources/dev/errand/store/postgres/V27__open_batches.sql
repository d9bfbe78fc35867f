-- Batches whose items come bit by bit, and items that became no run.
alter table errand.batch
    add column items     int,                   -- how many have come; null where all came with the batch
    add column filled    bigint,                -- when the last of them came
    add column key       text,                  -- the idempotency key, as people are shown it
    add column key_hash  text,                  -- of the key; null once it is free
    add column key_until bigint,                -- when it is free at the latest
    add column request_hash  text,              -- of the request that opened it; null once that is forgotten
    add column request_until bigint;            -- when it is forgotten at the latest

create unique index batch_key on errand.batch (key_hash) where key_hash is not null;
create unique index batch_request on errand.batch (request_hash) where request_hash is not null;
create index batch_unsealed on errand.batch (number) where completed is null and items < size;

alter table errand.batch_run
    add column task      text,                  -- which task was to run; of items that were refused only
    add column refused   text;                  -- why there is no such run
