-- Times are microseconds since 1970, states the numbers in States.java. Why it looks like this: docs/adr/0007.

-- The one clock of all nodes.
create function errand.now() returns bigint language sql volatile as
    $$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint $$;

-- What a run is. Appended, never changed.
create table errand.run (
    id         uuid     primary key,             -- of version 7, so that runs lie in the order of their triggers
    batch      bigint   not null,                -- the chunk it came with
    position   bigint   not null,                -- that chunk's, as it came
    created    bigint   not null,
    due        bigint,                           -- null: at once
    expires    bigint,
    task       int      not null,
    priority   int      not null,                -- seconds of head start
    name       text,
    tags       text,                             -- JSON; null for none
    payload    text     not null,                -- JSON
    options    text,                             -- JSON; null for none
    line       bigint                            -- in which it waits, as Lines numbers them; null for its task's own
);
create index run_task on errand.run (task, id);
create index run_name on errand.run (name, id) where name is not null;

create table errand.tag (
    tag        text     not null,
    run        uuid     not null,
    primary key (tag, run)
);

-- Runs that have not ended, as many to a row as came in one commit for one line and are due together: claimed and
-- given up together, and deleted once the last of them has ended. What sets one run apart (it executes for longer,
-- it failed, somebody wants it to stop) gives it a row of its own: a single.
create table errand.chunk (
    line       bigint   not null,                -- as Lines numbers them: its task's number, unless it has a queue or a key
    position   bigint   not null,                -- in line: due minus the head start; at the end while not due
    first      uuid     not null,                -- its runs are those of its batch from the first
    last       uuid     not null,                -- to the last,
    single     boolean  not null,                -- (a single: this run set apart)
    dirty      boolean  not null default false,  -- but if dirty, not those that have ended or are singles
    disturbed  boolean  not null default false,  -- while claimed: others took runs out of it, so its holder looks at each
    state      smallint not null,                -- 0 delayed, 3 retrying: both not due yet; 1 queued or claimed
    attempt    int      not null default 1,      -- the one that is made, or will be
    redeliveries smallint not null default 0,
    suspect    boolean  not null default false,
    batch      bigint   not null,
    runs       int      not null,                -- how many, at most
    priority   int      not null,                -- seconds of head start
    claim      bigint   not null default 0,      -- 0 for none
    due        bigint   not null,                -- when they may start, or start again
    expires    bigint,                           -- when the first of them expires; null for never, and once it has started
    started    bigint,                           -- of a single: recorded start of the attempt that is made
    cancel     text,                             -- of a single: the reason, once somebody asked its holder to stop
    held       bigint,                           -- its line, once it was claimed under limits; counts while it is claimed
    share      bigint,                           -- with it: which claims share permits,
    permits    int,                              -- and how many; never more than runs are left
    primary key (line, position, first, single)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);
create unique index chunk_single on errand.chunk (first) where single;
-- Those that are not due yet, said in two ways that differ from how a row is named, so that each statement has one index to use.
create index chunk_due on errand.chunk (due) where state in (0, 3);
create index chunk_waiting on errand.chunk (state, last) where state <> 1;
-- What limits count. No claim that keeps no limit touches it.
create index chunk_held on errand.chunk (held) where held is not null;
create index chunk_expires on errand.chunk (expires) where expires is not null;
create index chunk_started on errand.chunk (first) where started is not null;
create index chunk_cancel on errand.chunk (first) where cancel is not null;

-- How a run ended. Appended when it does; taken away only by a retry by hand and by retention.
create table errand.outcome (
    run        uuid     primary key,
    claim      bigint,                           -- under which it ended; null if under none
    started    bigint,                           -- of its last attempt; null if it never did
    ended      bigint   not null,
    state      smallint not null,
    attempt    int      not null,                -- the last one made; 0 for none
    redeliveries smallint not null,
    retriable  boolean  not null,
    output     text,                             -- JSON
    failure    text,                             -- JSON
    reason     text
);
create index outcome_state on errand.outcome (state, run) where state <> 5;
create index outcome_retriable on errand.outcome (run) where retriable;

-- Attempts that were followed by another.
create table errand.attempt (
    run        uuid     not null,
    attempt    int      not null,
    claim      bigint   not null,
    started    bigint   not null,
    ended      bigint   not null,
    failure    text,
    by_hand    boolean  not null,                -- whether the next one was started by hand
    primary key (run, attempt)
);

-- What bodies note about their runs.
create table errand.note (
    run        uuid     primary key,
    done       bigint,
    total      bigint,
    metadata   text                              -- JSON; null while it is what the trigger said
);
create table errand.emitted (
    run        uuid     not null,
    attempt    int      not null,
    position   bigint   not null,
    item       text     not null,
    primary key (run, attempt, position)
);
create table errand.line (
    run        uuid     not null,
    position   bigint   not null,
    attempt    int      not null,
    at         bigint   not null,
    level      int      not null,
    message    text     not null,
    primary key (run, position)
);

-- One row per commit, with all that happened in it. In a stream, which is what one connection writes, the order of
-- positions is the order of commits; what shares stream 0 takes a lock for that.
create sequence errand.event_position;
create table errand.event (
    stream     bigint   not null,
    position   bigint   not null,                -- one sequence for all streams
    at         bigint   not null,
    node       bigint   not null,
    events     int      not null,
    body       bytea    not null,
    primary key (stream, position)
);
alter table errand.event alter column body set storage external;
create index event_at on errand.event using brin (at);

-- Changes of state, and what bodies raised, that happened in a transaction of a user's, and are not in the log yet.
create table errand.untold (
    number     bigint   generated always as identity primary key,
    run        uuid     not null,
    task       int      not null,
    name       text,
    attempt    int      not null,
    from_state smallint,                         -- null for a new run
    to_state   smallint,                         -- null for what the body raised
    at         bigint   not null,
    event      text,                             -- what the body raised
    data       text                              -- JSON; null for none
);

create table errand.task (
    number     int      generated always as identity primary key,
    key        text     not null unique,         -- the id in lower case
    id         text     not null,
    aliases    text,                             -- JSON
    definition text,                             -- null while nobody declared it
    declared   bigint,
    removed    boolean  not null default false
);

create table errand.node (
    number     bigint   primary key,             -- one more than the greatest ever given
    name       text     not null,
    pid        bigint   not null,
    concurrency int     not null,
    started    bigint   not null,
    beat       bigint   not null,                -- when it last said that it lives
    gone       bigint,                           -- when it left or was taken for dead
    tasks      text                              -- JSON; the ids whose code it has
) with (fillfactor = 50);

-- Who does what one node does for all; one row.
create table errand.upkeep (
    one        boolean  primary key default true check (one),
    last_node  bigint   not null default 0,
    leader     bigint   not null default 0,
    until      bigint   not null default 0,      -- when its lease ends
    looked     bigint   not null default 0,      -- when somebody last looked for dead nodes
    afresh     bigint   not null default 0       -- no lease counts as older: the database was away until then
);
insert into errand.upkeep default values;

-- Queues, and what holds for all runs of a task, named task/ and its id.
create table errand.queue (
    number     int      generated always as identity primary key,
    key        text     not null unique,         -- the name in lower case
    name       text     not null,
    limits     text     not null,                -- JSON; as declared
    override   text,                             -- JSON; what an operator says instead
    paused     boolean  not null default false
);

-- Where runs of a task wait besides its own line: in a queue; and its own, once runs with keys were there.
create table errand.task_queue (
    number     int      primary key,             -- as Lines numbers them
    task       int      not null,
    queue      int,                              -- null for the task's own
    keyed      boolean  not null default false
);
create unique index task_queue_place on errand.task_queue (task, queue);
create sequence errand.task_queue_number as int start 4194304 maxvalue 8388607;

-- Only at the commit: who triggers in a transaction that stays open is not to hold the row that all changes of limits need.
create function errand.place_changed() returns trigger language plpgsql as $$
begin
    update errand.rules set version = version + 1;
    return null;
end
$$;
create constraint trigger place_changed after insert or update on errand.task_queue
    deferrable initially deferred for each row execute function errand.place_changed();

-- The lines without keys.
create view errand.plain_line as
    select number from errand.task union all select number from errand.task_queue where queue is not null;

-- Whether the tables above have changed: claims are made by those who know their newest state only. One row.
create table errand.rules (version bigint not null);
insert into errand.rules values (1);

-- When the next start would be on time that a rate counts; of a limit, or of one of its keys.
create table errand.rate (
    account    bigint   primary key,
    due        bigint   not null
);
