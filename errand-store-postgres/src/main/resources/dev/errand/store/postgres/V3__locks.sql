-- The lines before the locks: of those whose node is not gone, who has the lowest place of a name holds it.
create table errand.lock (
    name       text     not null,
    place      bigint   not null,
    node       bigint   not null,
    request    bigint   not null,                -- the node's own number of it
    run        uuid,                             -- for whose body; null for code outside of bodies
    attempt    int      not null,
    asked      bigint   not null,
    primary key (name, place)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- Puts a node at the end of a line. Whether it holds the lock; null for a node that is gone.
-- One at a time for each name: a place is given out above all that were, while anybody stands there, so that nobody comes
-- to stand before somebody who is first; and who is told to wait is seen by those who leave after that.
create function errand.stand_in_line(
    wanted text, who bigint, its_number bigint, for_run uuid, its_attempt int, now bigint)
    returns boolean language plpgsql as $$
declare
    mine bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('errand.lock ' || wanted, 0));
    insert into errand.lock (name, place, node, request, run, attempt, asked)
    select wanted,
           coalesce((select max(place) from errand.lock where name = wanted), 0) + 1,
           who, its_number, for_run, its_attempt, now
      from errand.node
     where number = who and gone is null
    returning place into mine;
    if mine is null then
        return null;
    end if;
    return not exists (
        select from errand.lock l
          join errand.node n on n.number = l.node and n.gone is null
         where l.name = wanted and l.place < mine);
end $$;

-- Leaves a line. Whether it stood there until now, its node being alive, and whether others stand there.
create function errand.leave_line(wanted text, who bigint, its_number bigint, out stood boolean, out others boolean)
    language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('errand.lock ' || wanted, 0));
    delete from errand.lock where name = wanted and node = who and request = its_number;
    stood := found and exists (select from errand.node where number = who and gone is null);
    others := exists (select from errand.lock where name = wanted);
end $$;
