-- A limit counts what nodes claimed before there was one: each node marks what it holds, and says so. Until all have, nothing starts
-- under limits.
alter table errand.rules add column limited bigint not null default 0;
comment on column errand.rules.limited is 'the version with which a limit was changed last';

-- Nodes of the version before say nothing, and are not waited for.
alter table errand.node add column adopted bigint not null default 9223372036854775807;
comment on column errand.node.adopted is 'the newest version of the rules by which it has marked what it holds; the greatest number before it holds anything';

create function errand.limits_made() returns trigger language plpgsql as $$
begin
    update errand.rules
       set version = version + 1, limited = version + 1
     where exists (select from news where limits <> '{}');
    return null;
end
$$;
create trigger limits_made after insert on errand.queue
    referencing new table as news for each statement execute function errand.limits_made();

create function errand.limits_changed() returns trigger language plpgsql as $$
begin
    update errand.rules
       set version = version + 1, limited = version + 1
     where exists (
               select
                 from news n
                 join olds o on o.number = n.number
                where (n.limits, n.override) is distinct from (o.limits, o.override));
    return null;
end
$$;
create trigger limits_changed after update on errand.queue
    referencing old table as olds new table as news for each statement execute function errand.limits_changed();
