-- Runs wait for a time in the midst of an attempt, and go on with it then.
alter table errand.chunk add column resumed boolean not null default false;
comment on column errand.chunk.resumed is 'whether the attempt began under an earlier claim, and has waited since';

drop index errand.chunk_due;
create index chunk_due on errand.chunk (due) where state in (0, 3, 4);
