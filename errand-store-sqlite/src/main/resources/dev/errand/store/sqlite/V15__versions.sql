-- Which version of the users' code a node has, if it said so. An attempt names its node by its claim, so that no row of a run holds the
-- version. Outlives the node's own row: attempts of it are shown for as long as runs are kept.
create table build (
    node       integer primary key,
    version    text    not null,
    gone       integer                          -- when it was found that the node's own row is there no more; null before
);
