-- What was sent to runs and not received yet; who receives it deletes it. Who waits for a signal waits for a value that changes with it: Mailbox.java.
create table signal (
    position   integer primary key,             -- the version of that value, so that of two that were sent a run the later has the larger
    run        integer not null,
    name       text    not null,
    value      blob    not null,                -- JSON
    at         integer not null
);
create index signal_run on signal (run, name, position);

-- What bodies publish of their runs: each as it was last.
create table published (
    run        integer not null,
    name       text    not null,
    value      blob    not null,                -- JSON
    at         integer not null,
    primary key (run, name)
) without rowid;

-- They go with the run, whoever deletes it: processes of the version before do, and know nothing of them.
create trigger delete_signals after delete on run
     when exists (select 1 from published) or exists (select 1 from value where name > char(1) and name < char(2)) begin
    delete from published where run = old.number;
    delete from signal where run = old.number;
    delete from value
     where name > char(1) || 'signal:' || lower(hex(old.id)) || ':' and name < char(1) || 'signal:' || lower(hex(old.id)) || ';';
end;
