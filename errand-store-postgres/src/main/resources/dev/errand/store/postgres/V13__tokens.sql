-- What is completed from outside, once. Who waits for a token has a row in errand.awaited, of kind 1. Who begins to wait for one shares its
-- row with others who do until his transaction ends, who ends it has the row alone: either the one sees the end, or the other who waits.
create table errand.token (
    id        uuid     primary key,
    state     smallint not null default 0,       -- 0 nobody has ended it, 1 completed, 2 failed
    created   bigint   not null,
    timeout   bigint   not null,                 -- when it times out, unless it has ended before
    ended     bigint   not null,                 -- when it did; its timeout as long as it has not
    ended_by  uuid,                              -- the call that did, which knows it again if the answer to its commit is lost; zeros if
                                                 -- somebody was told that it has timed out
    run       uuid,                              -- by whose body it was created; null for none
    name      text     not null,
    tags      text[]   not null,
    key       uuid,                              -- a hash of the idempotency key, until another token takes it
    key_until bigint,                            -- when another may
    key_text  text,                              -- the key as its user wrote it
    value     text,                              -- JSON
    error     text
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);
create index token_state on errand.token (state, created, id);
create index token_ended on errand.token (state, ended, id);
create index token_run on errand.token (run, created, id) where run is not null;
create unique index token_key on errand.token (key) where key is not null;

create table errand.token_tag (
    tag     text   not null,
    created bigint not null,                     -- the token's
    token   uuid   not null,
    primary key (tag, created, token)
);

-- Who names a token, which is kept as long.
create index awaited_token on errand.awaited (subject) where kind = 1;
