-- What triggers runs at set times. A schedule changes and its runs are stored in one transaction.
create table schedule (
    key        text    primary key,             -- its maker's name for it
    id         text    not null unique,         -- ours, and never another's
    task       text    not null,                -- the id of the task of which it triggers runs
    declared   integer not null,                -- whether it stands in a task's code
    definition text    not null,                -- JSON: its rule
    progress   text    not null,                -- JSON: how far it has come
    due        integer,                         -- when it is to be looked at next; null for never
    version    integer not null                 -- one more with each change
) without rowid;
create index schedule_due on schedule (due) where due is not null;
create index schedule_task on schedule (task, key);
create index schedule_declared on schedule (key) where declared = 1;
