-- The product's tables, but for chunks: a row for each run that has not ended. Runs need not say which chunk they are in.
drop table errand.chunk;
alter table errand.run drop column batch;

create table errand.ready (
    task       int      not null,
    position   bigint   not null,                -- in its task's line: due minus the head start; at the end while not due
    run        uuid     not null,
    state      smallint not null,                -- 0 delayed, 1 queued or claimed, 3 retrying
    attempt    smallint not null default 1,
    redeliveries smallint not null default 0,
    suspect    boolean  not null default false,
    priority   int      not null,
    claim      bigint   not null default 0,      -- 0 for none; in no index, so that claiming stays in the page
    due        bigint   not null,
    expires    bigint,
    started    bigint,
    cancel     text,
    primary key (task, position, run)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);
-- Where a run's row is, if not where it was triggered to be.
create unique index ready_moved on errand.ready (run) where attempt > 1 or redeliveries > 0;
create index ready_due on errand.ready (due) where position = 9223372036854775807;
create index ready_expires on errand.ready (expires) where expires is not null;
create index ready_started on errand.ready (run) where started is not null;
create index ready_cancel on errand.ready (run) where cancel is not null;

create table errand.keyed_ready (like errand.ready including all)
  with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);
alter table errand.keyed_ready
  add key text not null,
  drop constraint keyed_ready_pkey,
  add primary key (task, key, position, run);
