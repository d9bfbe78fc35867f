-- What is known of the steps of runs. Written by those who hold the runs' claims. Why it looks like this: docs/adr/0013.
create table step (
    run        integer not null,
    position   integer not null,                -- in the order in which the run's steps began, from 1
    attempt    integer not null,                -- in which it began
    started    integer not null,
    ended      integer,                         -- null while it is not known to have ended
    key        text    not null,                -- what the engine finds it by, unique within the run
    name       text    not null,
    result     blob,                            -- JSON; null unless it is done
    failure    text,                            -- JSON; null unless it failed for good
    primary key (run, position)
) without rowid;

-- A run's steps go with it, whoever deletes it: processes of the version before do, and know nothing of steps.
create trigger delete_steps after delete on run begin
    delete from step where run = old.number;
end;
