-- Keys by which programs show a server who they are.
create table api_key (
    id         text    primary key,
    hash       blob    not null unique,         -- SHA-256 of the secret, which is kept nowhere
    name       text    not null,
    role       text    not null,
    start      text    not null,                -- of the secret, by which its owner knows it again
    created    integer not null,
    used       integer,                         -- to the minute
    revoked    integer
) without rowid;
