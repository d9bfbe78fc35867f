-- Bodies that go on although their runs have ended: they took no heed of a timeout or a cancel. Limits count them as if they were claimed,
-- as long as the node of their claim is not gone, whether or not somebody has cleared them away. Nodes of the version before count them not.
create table errand.lingering (
    run        uuid     not null,                -- which may be deleted by now, or retried by hand
    claim      bigint   not null,                -- under which it ended
    line       bigint   not null,                -- in which it waited, as Lines numbers them
    primary key (run, claim)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
