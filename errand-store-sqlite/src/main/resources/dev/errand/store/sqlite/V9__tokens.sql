-- What runs wait for that is completed from outside. Nobody writes that a token has timed out: its state and the time say so.
create table token (
    id         blob    not null,                -- 16 bytes; a secret
    name       text    not null,
    run        blob,                            -- the id of the run whose body created it, which may be gone; null for none
    tags       text,                            -- JSON; null for none
    key        blob,                            -- 16 bytes: of its idempotency key; null for none, and once another token has the key
    key_text   text,                            -- as its user wrote it
    key_until  integer,                         -- when the key is free again
    created    integer not null,
    timeout    integer not null,
    ends       integer not null,                -- when somebody ended it; until then when it times out
    state      integer not null default 0,      -- 0 nobody has ended it, 1 completed, 2 failed
    value      blob,                            -- JSON; null unless completed
    error      text
);
create unique index token_id on token (id);
create unique index token_key on token (key) where key is not null;
create index token_created on token (created, id);
create index token_run on token (run, created, id) where run is not null;
create index token_state on token (state, created, id, ends);  -- with ends: those that timed out are told from pending ones without a look at them
create index token_ends on token (ends, id);

create table token_tag (
    tag        text    not null,
    created    integer not null,                -- the token's
    token      blob    not null,                -- its id
    primary key (tag, created, token)
) without rowid;

create trigger delete_token_tags after delete on token when old.tags is not null begin
    delete from token_tag
     where tag in (select value from json_each(old.tags)) and created = old.created and token = old.id;
end;

-- Who waits for a token is kept in awaited, as kind 1 and with 0 for a number, from when a run begins to wait for it. A run's own rows go
-- with it by the trigger there is.
create index awaited_token on awaited (subject, state) where kind = 1;
