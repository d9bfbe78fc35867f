-- Bodies that go on although their runs have ended: they took no heed of a timeout or a cancel. Limits count them as if they were claimed.
-- Processes of the version before count them not.
create table lingering (
    run        blob    not null,                -- its id; it may be deleted by now, or retried by hand
    claim      integer not null,                -- under which it ended
    line       integer not null,                -- in which it waited, as Lines numbers them
    primary key (run, claim)
) without rowid;
create index lingering_line on lingering (line);

-- They go with their node, whoever clears it away: processes of the version before do, and know nothing of this.
create trigger delete_lingering after delete on node when exists (select 1 from lingering) begin
    delete from lingering where claim >> 40 = old.number;
end;
