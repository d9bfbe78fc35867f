-- What is known of the steps of runs. Written by those who hold the runs' claims. Why it looks like this: docs/adr/0013.
create table errand.step (
    run        uuid     not null,
    position   int      not null,                -- in the order in which the run's steps began, from 1
    attempt    int      not null,                -- in which it began
    started    bigint   not null,
    ended      bigint,                           -- null while it is not known to have ended
    key        text     not null,                -- what the engine finds it by, unique within the run
    name       text     not null,
    result     text,                             -- JSON; null unless it is done
    failure    text,                             -- JSON; null unless it failed for good
    primary key (run, position)
);

-- A run's steps go with it, whoever deletes it: nodes of the version before do, and know nothing of steps, nor may their role.
create function errand.delete_steps() returns trigger language plpgsql security definer
    set search_path = '' set enable_seqscan = off as $$
begin
    delete from errand.step where run = any(array(select id from gone));
    return null;
end
$$;
create trigger delete_steps after delete on errand.run referencing old table as gone
    for each statement execute function errand.delete_steps();
