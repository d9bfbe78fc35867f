-- A run at whose state another one's condition looks is kept in awaited as kind 3, with its number, so that whoever ends it marks that it has
-- ended, processes of the version before included. The row comes before the wait, not armed: Watching.java.

-- Each wait begins without what only earlier ones waited for, since a process of the version before would leave that armed.
drop trigger begin_without_values;
create trigger begin_without_values after update of resumed on live
     when exists (select 1 from awaited where run = old.number and kind in (2, 3)) begin
    delete from awaited where run = old.number and (kind = 2 or (kind = 3 and armed <> 0));
end;
