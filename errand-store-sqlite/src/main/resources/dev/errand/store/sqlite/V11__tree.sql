-- All that is below a run: its root is told only where that is not its parent.
create index run_root on run (coalesce(options ->> '$.root', options ->> '$.parent')) where options ->> '$.parent' is not null;
