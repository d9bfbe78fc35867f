-- What was sent to runs and not received yet; who receives it deletes it. Who waits for a signal waits for a value that changes with it: Mailbox.java.
create table errand.signal (
    run       uuid             not null,
    name      text collate "C" not null,
    position  bigint           not null,         -- the version of that value, so that of two that were sent a run the later has the larger
    at        bigint           not null,
    value     text             not null,         -- JSON
    primary key (run, name, position)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);

-- What bodies publish of their runs: each as it was last.
create table errand.published (
    run       uuid             not null,
    name      text collate "C" not null,
    at        bigint           not null,
    value     text             not null,         -- JSON
    primary key (run, name)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);

-- They go with the run, whoever deletes it: nodes of the version before do, and know nothing of them, nor may their role. A transaction of a user's
-- that has sent the run a signal may stay open for long, and is not waited for: what it leaves behind is found later (SignalPruning.java).
create function errand.delete_signals() returns trigger language plpgsql security definer
    set search_path = '' set enable_seqscan = off as $$
begin
    delete from errand.published where run = any(array(select id from gone));
    if exists (select from errand.value where name > chr(1) and name < chr(2)) then
        delete from errand.signal where run = any(array(select id from gone));
        delete from errand.value
         where ctid = any(array(
            select v.place
              from gone g
             cross join lateral (
                 select ctid as place
                   from errand.value
                  where name > chr(1) || 'signal:' || replace(g.id::text, '-', '') || ':'
                    and name < chr(1) || 'signal:' || replace(g.id::text, '-', '') || ';'
                    for update skip locked) v));
    end if;
    return null;
end
$$;
create trigger delete_signals after delete on errand.run referencing old table as gone
    for each statement execute function errand.delete_signals();
