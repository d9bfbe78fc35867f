-- Batches whose items come bit by bit, and items that became no run.
alter table batch add column items integer;     -- how many have come; null where all came with the batch
alter table batch add column filled integer;    -- when the last of them came
alter table batch add column key text;          -- the idempotency key, as people are shown it
alter table batch add column key_hash text;     -- of the key; null once it is free
alter table batch add column key_until integer; -- when it is free at the latest
alter table batch add column request_hash text; -- of the request that opened it; null once that is forgotten
alter table batch add column request_until integer; -- when it is forgotten at the latest

create unique index batch_key on batch (key_hash) where key_hash is not null;
create unique index batch_request on batch (request_hash) where request_hash is not null;
create index batch_unsealed on batch (number) where completed is null and items < size;

alter table batch_run add column task text;     -- which task was to run; of items that were refused only
alter table batch_run add column refused text;  -- why there is no such run
