-- Bytes that are kept under a name for a while.
create table errand.blob (
    name       text collate "C" primary key,
    id         text collate "C" not null,        -- of its pieces
    type       text     not null,
    size       bigint   not null,                -- of all pieces together
    created    bigint   not null,
    until      bigint   not null
);
create index blob_until on errand.blob (until);

-- Written before their blob is, and those of one that never came to be go when their time has passed.
create table errand.blob_piece (
    id         text collate "C" not null,
    number     int      not null,
    until      bigint   not null,
    bytes      bytea    not null,
    primary key (id, number)
);
create index blob_piece_until on errand.blob_piece (until);
