-- The lines before the locks: who has the lowest place of a name holds it.
create table lock (
    name       text    not null,
    place      integer not null,
    node       integer not null,
    request    integer not null,                -- the node's own number of it
    run        blob,                            -- for whose body; null for code outside of bodies
    attempt    integer not null,
    asked      integer not null,
    primary key (name, place)
) without rowid;
