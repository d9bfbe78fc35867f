package dev.errand.store.postgres;

import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Deletes tokens that ended long ago, or timed out. They are looked through from the one that did so first, and from the beginning again
 * after the last: those stay whose names runs keep, and those that bodies of runs created that are there, however many they are.
 */
final class TokenPruning {
    private static final String NEXT = """
            select t.ended, t.id
              from unnest(array[0, 1, 2]) s(state)
             cross join lateral (
                 select ended, id
                   from errand.token
                  where state = s.state and (ended, id) > (?, ?) and ended <= ?
                  order by ended, id
                  limit ?) t
             order by t.ended, t.id
             limit ?
            """;

    /**
     * Those that nobody begins to wait for just now; before it is looked who waits, so that all of these are seen. One by one, whatever the
     * statistics are.
     */
    private static final String LOCK = """
            select o.id
              from unnest(?::uuid[]) u(id)
             cross join lateral (
                 select id
                   from errand.token
                  where id = u.id
                  limit 1
                    for update skip locked) o
            """;

    /** Each tag is found through the index, whatever the statistics are. */
    private static final String DELETE = """
            with gone as (
                delete from errand.token t
                 where id = any(?::uuid[])
                   and (select true from errand.awaited where kind = 1 and subject = t.id limit 1) is null
                   and (select true from errand.run where id = t.run limit 1) is null
                returning id, created, tags)
            delete from errand.token_tag
             where ctid = any(array(
                select o.place
                  from gone
                 cross join unnest(gone.tags) name
                 cross join lateral (
                     select ctid as place
                       from errand.token_tag
                      where tag = name and created = gone.created and token = gone.id
                     offset 0) o))
            """;

    /** Of one of them, in the order in which they are looked through. */
    private record Place(long ended, UUID id) {
        static Place read(ResultSet row) throws SQLException {
            return new Place(row.getLong(1), (UUID) row.getObject(2));
        }
    }

    private static final Place BEGINNING = new Place(Long.MIN_VALUE, new UUID(0, 0));

    private Place place = BEGINNING;

    /**
     * Looks at the next, at most so many.
     *
     * @param until those that ended by then are deleted
     * @return whether there are more
     */
    boolean prune(Tx tx, long until, int most) throws SQLException {
        Sql next = tx.sql(NEXT).set(place.ended()).setObject(place.id()).set(until);
        List<Place> old = next.set((long) most).set((long) most).list(Place::read);
        if (!old.isEmpty()) {
            UUID[] ids = old.stream().map(Place::id).toArray(UUID[]::new);
            List<UUID> locked = tx.sql(LOCK).setObject(new UuidArray(ids)).list(row -> (UUID) row.getObject(1));
            tx.sql(DELETE).setObject(new UuidArray(locked.toArray(UUID[]::new))).update();
        }
        boolean more = old.size() == most;
        place = more ? old.getLast() : BEGINNING;
        return more;
    }
}
