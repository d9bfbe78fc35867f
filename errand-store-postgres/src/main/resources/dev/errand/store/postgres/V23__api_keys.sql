-- Keys by which programs show a server who they are.
create table errand.api_key (
    id         text collate "C" primary key,
    hash       bytea    not null unique,         -- SHA-256 of the secret, which is kept nowhere
    name       text     not null,
    role       text     not null,
    start      text     not null,                -- of the secret, by which its owner knows it again
    created    bigint   not null,
    used       bigint,                           -- to the minute
    revoked    bigint
);
