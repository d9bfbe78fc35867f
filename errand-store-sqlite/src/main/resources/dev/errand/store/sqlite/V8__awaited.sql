-- What runs wait for besides a time. A row comes with the run that another one triggers to await it; once that has ended, the row
-- says how, and is never changed for the sake of the run again. Why it is marked as it is: Awaited.java.
create table awaited (
    run        integer not null,                -- that waits, or will
    kind       integer not null,                -- 0 the end of a run, 1 that of a token
    subject    blob    not null,                -- 16 bytes: the awaited run's id
    number     integer not null,                -- the awaited run's; another run may have it later, when this has happened
    state      integer not null,                -- 0 open, 1 it has happened and nobody has looked yet, 2 it has happened
    armed      integer not null,                -- 0 not waited for at the moment, 1 any of these ends the wait, 2 all together do; of no meaning in state 2
    ended      integer,                         -- in which state; null while it is open, and if it was deleted before it had ended
    output     blob,
    failure    text,                            -- JSON
    reason     text,
    primary key (run, kind, subject)
) without rowid;
create index awaited_open on awaited (number) where state = 0;
create index awaited_happened on awaited (run) where state = 1;
create index awaited_armed on awaited (run, state, armed) where armed <> 0 and state <> 2;  -- what a run waits for, without what it waited for earlier

-- Whoever deletes a run: what waits for it must not wait for ever, and what it waited for goes with it.
create trigger delete_awaited after delete on run when exists (select 1 from awaited) begin
    update awaited set state = 1 where number = old.number and state = 0;
    delete from awaited where run = old.number;
end;

-- Processes of the version before end runs, and know nothing of all this. Each of their commits has one row of events.
alter table event add column marked integer not null default 0;  -- whether its process has marked who awaits what ended in its commit

-- Their commits of which is yet to be marked what ended in them: Unmarked.java. Of many commits only that there were some, as an event 0.
create table unmarked (event integer primary key);

create trigger note_unmarked after insert on event when new.marked = 0 and exists (select 1 from awaited where state = 0) begin
    insert into unmarked (event) values (new.position);
    insert into unmarked (event)
    select 0 where exists (select 1 from unmarked where event between 1 and new.position - 10000) on conflict do nothing;
    delete from unmarked where event between 1 and new.position - 10000;
end;

-- An end that was not marked before it is retried by hand or forgotten: the first one counts.
create trigger keep_end before delete on outcome
     when exists (select 1 from awaited where number = old.number and state = 0) begin
    update awaited
       set state = 1,
           (ended, output, failure, reason) = (select state, output, failure, reason from outcome where outcome.number = old.number)
     where number = old.number and state = 0;
end;
