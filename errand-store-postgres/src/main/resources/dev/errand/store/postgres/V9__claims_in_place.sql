-- So that the claim of a run with a key writes one row in its place, and to no index: where only keys have limits, of one run each. What
-- is claimed there is found by its line instead: no chunk that is claimed so lies beyond the line's front. A front may lie too far back.
create table errand.key_front (
    line       bigint   primary key,
    position   bigint   not null
) with (fillfactor = 70);

-- What all other limits count. Said in another way than how a row is named, as the keys that are due.
create index chunk_counted on errand.chunk ((held + 0)) where share is not null;
