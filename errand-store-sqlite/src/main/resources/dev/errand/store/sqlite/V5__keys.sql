-- Which run answers for a trigger with a key.
create table trigger_key (
    task       integer not null,
    kind       integer not null,                -- 0 idempotency, 1 debounce
    hash       blob    not null,                -- 16 bytes: of the key and its scope
    run        integer not null,
    until      integer not null,                -- when it is free at the latest; of a debounce key, when its run starts
    payload    blob,                            -- 16 bytes: of the payload it came with; null if that does not matter
    primary key (task, kind, hash)
) without rowid;
create index trigger_key_run on trigger_key (run);
create index trigger_key_until on trigger_key (until);

-- The runs that a run's body triggered.
create index run_parent on run (options ->> '$.parent') where options ->> '$.parent' is not null;
