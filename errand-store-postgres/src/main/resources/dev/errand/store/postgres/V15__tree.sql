-- The run at the top of the tree a run is in: told only where that is not its parent.
create function errand.root_of(options text) returns text language sql immutable parallel safe as
    $$ select coalesce(substring(options from '"root":"(run_[0-9a-z]{26})"'), errand.parent_of(options)) $$;

create index run_root on errand.run (errand.root_of(options), id) where options like '%"parent":"run_%';

-- Those of one parent in their order, so that a page of them costs a page. The one before goes last: until the commit nobody reads runs.
create index run_children on errand.run (errand.parent_of(options), id) where options like '%"parent":"run_%';
drop index errand.run_parent;
