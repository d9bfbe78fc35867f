-- What was deleted from the log of events lately, so that who comes back to his place in it is told how much he has missed.
create table event_gone (
    position   integer primary key,
    events     integer not null
);

-- Whoever deletes events, also a process of the version before, which knows nothing of this.
create trigger keep_gone_events after delete on event begin
    insert or replace into event_gone (position, events) values (old.position, old.events);
    delete from event_gone where position < old.position - 200000;
end;
