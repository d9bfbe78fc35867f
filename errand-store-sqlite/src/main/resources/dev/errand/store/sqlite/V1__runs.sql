-- Times are microseconds since 1970, states the numbers in States.java.

-- What a run is. Hardly ever changed: wide, and out of the way of the claims.
create table run (
    number     integer primary key,             -- order of arrival
    id         blob    not null,                -- 16 bytes
    task       integer not null,
    name       text,
    tags       text,                            -- JSON; null for none
    created    integer not null,
    due        integer not null,
    priority   integer not null,                -- seconds of head start
    expires    integer,
    payload    blob    not null,
    options    text,                            -- JSON; null for none
    line       integer                          -- in which it waits, as Lines numbers them; null for its task's own
);
create unique index run_id on run (id);
create index run_task on run (task, number);
create index run_name on run (name, number) where name is not null;

create table tag (
    tag        text    not null,
    run        integer not null,
    primary key (tag, run)
) without rowid;

-- Where a run stands that has not ended: narrow, since every claim touches it.
create table live (
    number     integer primary key,
    line       integer not null,                -- as Lines numbers them: its task's number, unless it has a queue or a key
    state      integer not null,
    due        integer not null,                -- when it may start, or start again
    position   integer not null,                -- in its queue: due minus the head start
    expires    integer,                         -- null for never, and once it has started
    attempt    integer not null,                -- the one that is made, or will be
    claim      integer,
    started    integer,                         -- recorded start of the attempt that is made
    redeliveries integer not null default 0,
    suspect    integer not null default 0,
    cancel     text,                            -- the reason, once somebody asked its holder to stop
    held       integer                          -- its line while it is claimed and limits count it
);
create index live_claimable on live (line, position) where state = 1 and claim is null;
create index live_due on live (due) where state in (0, 3);
create index live_expires on live (expires) where expires is not null;
create index live_state on live (state, number) where state <> 1;
create index live_held on live (held) where held is not null;
create index live_cancel on live (number) where cancel is not null;

-- How a run ended. Appended when it does.
create table outcome (
    number     integer primary key,
    state      integer not null,
    attempt    integer not null,                -- the last one made; 0 for none
    claim      integer,                         -- under which it ended; null if under none
    started    integer,                         -- of that attempt; null if it never did
    ended      integer not null,
    redeliveries integer not null,
    output     blob,
    failure    text,                            -- JSON
    reason     text,
    retriable  integer not null
);
create index outcome_state on outcome (state, number) where state <> 5;
create index outcome_retriable on outcome (number) where retriable = 1;

-- Which runs ended in a commit, for those who look at runs in the order of their ends. An index on outcome that
-- says the same costs every run that ends a tenth of its trip. Retriable ones are left out.
create table finish (
    position   integer primary key,
    kind       integer not null,                -- 0 completed, 1 failed or crashed, 2 others: as they are retained
    at         integer not null,
    runs       blob    not null                 -- their numbers
);
create index finish_kind on finish (kind, at);

-- Between which numbers the runs lie that were triggered within ten seconds: at least those, perhaps more.
create table arrival (
    slot       integer primary key,             -- tens of seconds since 1970
    first      integer not null,
    last       integer not null
);

-- Attempts that were followed by another.
create table attempt (
    run        integer not null,
    attempt    integer not null,
    claim      integer not null,
    started    integer not null,
    ended      integer not null,
    failure    text,
    by_hand    integer not null,                -- whether the next one was started by hand
    primary key (run, attempt)
) without rowid;

-- What bodies note about their runs.
create table note (
    run        integer primary key,
    done       integer,
    total      integer,
    metadata   text                             -- JSON; null while it is what the trigger said
);
create table emitted (
    run        integer not null,
    attempt    integer not null,
    position   integer not null,
    item       blob    not null,
    primary key (run, attempt, position)
);
create table line (
    run        integer not null,
    position   integer not null,
    attempt    integer not null,
    at         integer not null,
    level      integer not null,
    message    text    not null,
    primary key (run, position)
);

-- One row per commit, with all that happened in it.
create table event (
    position   integer primary key autoincrement,
    at         integer not null,
    node       integer not null,
    events     integer not null,
    body       blob    not null
);

create table task (
    number     integer primary key,
    key        text    not null unique,         -- the id in lower case
    id         text    not null,
    aliases    text,                            -- JSON
    definition text,                            -- null while nobody declared it
    declared   integer,
    removed    integer not null default 0
);

create table node (
    number     integer primary key autoincrement,
    name       text    not null,
    pid        integer not null,
    port       integer not null,
    concurrency integer not null,
    started    integer not null,
    tasks      text                             -- JSON; the ids whose code it has
);

-- Queues, and what holds for all runs of a task, named task/ and its id.
create table queue (
    number     integer primary key,
    key        text    not null unique,         -- the name in lower case
    name       text    not null,
    limits     text    not null,                -- JSON; as declared
    override   text,                            -- JSON; what an operator says instead
    paused     integer not null default 0
);

-- Where runs of a task wait besides its own line: in a queue; and its own, once runs with keys were there.
create table task_queue (
    number     integer primary key,             -- as Lines numbers them
    task       integer not null,
    queue      integer,                         -- null for the task's own
    keyed      integer not null
);

-- Whether the two tables above have changed; one row.
create table rules (version integer not null);
insert into rules values (1);

-- When the next start would be on time that a rate counts; of a limit, or of one of its keys.
create table rate (
    account    integer primary key,
    due        integer not null
);
