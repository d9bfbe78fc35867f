-- The product's tables, but for runs, chunks and outcomes, which are one.
drop table errand.run, errand.chunk, errand.outcome;

create table errand.run (
    id         uuid     primary key,
    task       int      not null,
    key        text,                             -- null: no limit for each key
    position   bigint   not null,                -- in its task's line: due minus the head start
    created    bigint   not null,
    due        bigint   not null,
    expires    bigint,
    priority   int      not null,
    name       text,
    tags       text,
    payload    text     not null,
    options    text,
    state      smallint not null,
    attempt    smallint not null default 1,
    redeliveries smallint not null default 0,
    suspect    boolean  not null default false,
    claim      bigint   not null default 0,      -- 0 for none; in no index, so that claiming may stay in the page
    started    bigint,
    ended      bigint,
    retriable  boolean  not null default false,
    output     text,
    failure    text,
    reason     text,
    cancel     text
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);
create index run_task on errand.run (task, id);
create index run_name on errand.run (name, id) where name is not null;
create index run_state on errand.run (state, id) where state <> 5;
create index run_retriable on errand.run (id) where retriable;
create index run_line on errand.run (task, position, id) where state = 1 and key is null;
create index run_keyed on errand.run (task, key, position, id) where state = 1 and key is not null;
create index run_due on errand.run (due) where state in (0, 3);
create index run_expires on errand.run (expires) where expires is not null and state < 5;
