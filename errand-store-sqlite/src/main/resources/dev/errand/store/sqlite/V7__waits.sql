-- Runs wait for a time in the midst of an attempt, and go on with it then.
alter table live add column resumed integer not null default 0;  -- whether its attempt began under an earlier claim, and waited

drop index live_due;
create index live_due on live (due) where state in (0, 3, 4);
