-- What triggers runs at set times. A schedule changes and its runs are stored in one transaction.
create table errand.schedule (
    key        text     collate "C" primary key, -- its maker's name for it
    id         text     not null unique,         -- ours, and never another's
    task       text     not null,                -- the id of the task of which it triggers runs
    declared   smallint not null,                -- 1 if it stands in a task's code
    definition text     not null,                -- JSON: its rule
    progress   text     not null,                -- JSON: how far it has come
    due        bigint,                           -- when it is to be looked at next; null for never
    version    bigint   not null                 -- one more with each change
);
create index schedule_due on errand.schedule (due) where due is not null;
create index schedule_task on errand.schedule (task, key);
create index schedule_declared on errand.schedule (key) where declared = 1;
