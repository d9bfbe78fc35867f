-- Values that outlive their processes, each under a name. With each change its row is a new one.
create table value (
    version    integer primary key autoincrement,  -- never that of another row, also of one that is gone
    name       text    not null unique,
    value      blob    not null,                -- JSON
    at         integer not null                 -- when it was set
);

-- Those that changed while more runs waited for them than went on with that: ValueChanges.java.
create table changed (name text primary key) without rowid;

-- Who waits for a value to change is kept in awaited, as kind 2, with 0 for a number and an id made of the value's name as the subject (Ids.java).
-- Whoever queues a run at the end of its wait deletes its rows; those of a run that ends while it waits, or that a process of the version before
-- queues, are left.
alter table awaited add column version integer not null default 0;  -- of a value: what was read of it; 0 if there was none
create index awaited_value on awaited (subject, state, version) where kind = 2 and state = 0;  -- with the state, so that nothing else is read

-- Each wait begins without them: a process of the version before would leave them as they are, and have its run wait for all of something and for
-- its last wait's values as well. Only what begins a wait, or a further attempt, sets the column.
create trigger begin_without_values after update of resumed on live
     when exists (select 1 from awaited where run = old.number and kind = 2) begin
    delete from awaited where run = old.number and kind = 2;
end;
