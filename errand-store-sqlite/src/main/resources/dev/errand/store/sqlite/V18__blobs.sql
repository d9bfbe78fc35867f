-- Bytes that are kept under a name for a while.
create table blob (
    name       text    primary key,
    id         text    not null,                -- of its pieces
    type       text    not null,
    size       integer not null,                -- of all pieces together
    created    integer not null,
    until      integer not null
) without rowid;
create index blob_until on blob (until);

-- Written before their blob is, and those of one that never came to be go when their time has passed.
create table blob_piece (
    id         text    not null,
    number     integer not null,
    until      integer not null,
    bytes      blob    not null,
    primary key (id, number)
);
create index blob_piece_until on blob_piece (until);
