-- What is kept under names, and waited for until it changes. Who waits for a value has a row in errand.awaited, of kind 2, which says what he
-- has read. Transactions of users', which may stay open for long, set values: so they lock nothing that others need, and nobody who begins to
-- wait looks at the value. Instead each wait begins as one that may have happened, and each change leaves a row behind; both are for who looks
-- after their commits.
create sequence errand.value_version;            -- one for all names: a version is had once

create table errand.value (
    subject uuid             primary key,        -- a hash of the name
    name    text collate "C" not null,
    version bigint           not null,
    value   text             not null,           -- JSON
    at      bigint           not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
create index value_name on errand.value (name);

-- That a value was changed, until those who wait for it have been marked; many are, one part after the other.
create table errand.changed (
    tx      xid8   not null default pg_current_xact_id(), -- who changed it, by which others know what they have not looked through
    version bigint not null,
    subject uuid   not null,                     -- the value
    after   uuid   not null default '00000000-0000-0000-0000-000000000000', -- the last run that was marked
    primary key (tx, version)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_analyze_threshold = 2000);

-- The column first, which has the table alone: while the index is made, for which the table is read through, nobody reads or writes it. The other way
-- round others would read meanwhile, but whoever has read and wants to write waits for the index, and the column for him: a deadlock, and all anew.
alter table errand.awaited add column version bigint; -- of the value, as it was read; 0 if there was none
create index awaited_value on errand.awaited (subject, run) where kind = 2 and state <> 2;
