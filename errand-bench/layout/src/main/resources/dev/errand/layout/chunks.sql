-- Beside the product's tables: chunks of runs under a limit for each key.
create table errand.keyed_chunk (like errand.chunk including all)
  with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);
alter table errand.keyed_chunk rename column line to task;
alter table errand.keyed_chunk
  add key text not null,
  drop constraint keyed_chunk_pkey,
  add primary key (task, key, position, first);
